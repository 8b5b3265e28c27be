"""A board of cards that wander from column to column."""


class Board:
    """Columns with cards in order; each card lies in one column."""

    def __init__(self, *columns):
        self._columns = {column: [] for column in columns}
        self._column_of = {}

    def add(self, card, column):
        if card in self._column_of:
            raise ValueError(f"{card} is on the board already")
        self._put(card, column, len(self._columns[column]))
        self._column_of[card] = column

    def move(self, card, column, position=None):
        """Moves a card to the end of a column, or to a position in it."""
        target = self._columns[column]
        self._take(card)
        self._put(card, column, len(target) if position is None else position)

    def remove(self, card):
        self._take(card)
        del self._column_of[card]

    def cards(self, column):
        return tuple(self._columns[column])

    def _put(self, card, column, position):
        self._columns[column].insert(position, card)

    def _take(self, card):
        self._columns[self._column_of[card]].remove(card)


def replay(events, *columns):
    """The board after a list of events such as ("add", card, column)."""
    board = Board(*columns)
    for action, *details in events:
        if action == "add":
            board.add(*details)
        elif action == "move":
            board.move(*details)
        else:
            board.remove(*details)
    return {column: board.cards(column) for column in columns}
