"""How the reader is made: examples out of labelled questions and texts, the loop, figures, the card."""
