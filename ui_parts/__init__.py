"""The tabs of the chat page; ``ui`` puts them together."""
