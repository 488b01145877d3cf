"""The volume of topics: counted, classed, surging. Moves topics between the cells of the matrix."""
