import unittest

from kanban import Board, replay


class BoardTest(unittest.TestCase):
    def test_moves_a_card(self):
        events = [("add", "paint", "todo"), ("add", "clean", "todo"), ("move", "paint", "doing")]
        self.assertEqual(replay(events, "todo", "doing"), {"todo": ("clean",), "doing": ("paint",)})

    def test_moves_a_card_through_all_columns(self):
        events = [("add", "paint", "todo"), ("move", "paint", "doing"), ("move", "paint", "done")]
        board = replay(events, "todo", "doing", "done")
        self.assertEqual(board, {"todo": (), "doing": (), "done": ("paint",)})

    def test_a_card_is_added_once(self):
        board = Board("todo")
        board.add("paint", "todo")
        with self.assertRaises(ValueError):
            board.add("paint", "todo")


if __name__ == "__main__":
    unittest.main()
