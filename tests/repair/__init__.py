"""What models are asked and what is taken of their answers."""
