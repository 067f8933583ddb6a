"""The run: the seven stops, the workers, and what is kept between runs."""
