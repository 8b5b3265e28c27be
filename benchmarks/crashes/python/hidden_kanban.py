import unittest

from kanban import Board


def board():
    made = Board("todo", "doing", "done")
    for card in ("a", "b", "c"):
        made.add(card, "todo")
    return made


class HiddenTest(unittest.TestCase):
    def test_there_and_back(self):
        made = board()
        made.move("a", "doing")
        made.move("a", "todo", 0)
        self.assertEqual(made.cards("todo"), ("a", "b", "c"))
        self.assertEqual(made.cards("doing"), ())

    def test_removed_after_a_move(self):
        made = board()
        made.move("b", "done")
        made.remove("b")
        self.assertEqual((made.cards("todo"), made.cards("done")), (("a", "c"), ()))

    def test_a_removed_card_may_come_again(self):
        made = board()
        made.move("b", "doing")
        made.remove("b")
        made.add("b", "done")
        self.assertEqual(made.cards("done"), ("b",))

    def test_positions_in_one_column(self):
        made = board()
        made.move("c", "todo", 0)
        made.move("a", "todo")
        self.assertEqual(made.cards("todo"), ("c", "b", "a"))

    def test_many_moves_keep_each_card_once(self):
        made = board()
        for column in ("doing", "done", "todo", "done"):
            for card in ("a", "b", "c"):
                made.move(card, column, 0)
        self.assertEqual(made.cards("done"), ("c", "b", "a"))
        self.assertEqual((made.cards("todo"), made.cards("doing")), ((), ()))

    def test_a_moved_card_is_still_known(self):
        made = board()
        made.move("a", "done")
        with self.assertRaises(ValueError):
            made.add("a", "todo")


if __name__ == "__main__":
    unittest.main()
