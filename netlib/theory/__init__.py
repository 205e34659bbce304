"""Mean-field theory of a network at initialisation: what wide random layers do on average. Numpy only."""
