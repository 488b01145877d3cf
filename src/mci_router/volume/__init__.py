"""How much of a topic there is: counted, classed, surging. A topic that moves between cells does so here."""
