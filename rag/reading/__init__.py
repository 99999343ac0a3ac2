"""A small model that reads question and passage together: relevance, the answer's place, whether there is one."""
