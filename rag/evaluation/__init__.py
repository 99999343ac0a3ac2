"""How good the answers to labelled questions are: judged, counted with intervals, drawn, compared."""
