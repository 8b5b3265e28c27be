import unittest

from leaderboard import Player, board, place, ranked


def names(players):
    return [player.name for player in ranked(players)]


class HiddenTest(unittest.TestCase):
    def test_who_still_plays_comes_after_scores_below_zero(self):
        self.assertEqual(names([Player("a"), Player("b", -5), Player("c", 0)]), ["c", "b", "a"])

    def test_several_who_still_play_stand_by_name(self):
        self.assertEqual(names([Player("c"), Player("a"), Player("b", 1)]), ["b", "a", "c"])

    def test_places_of_a_running_round(self):
        players = [Player("a"), Player("b", 4), Player("c", 9)]
        self.assertEqual([place(players, name) for name in "cba"], [1, 2, 3])

    def test_scores_are_left_as_they_are(self):
        players = [Player("a"), Player("b", 4)]
        board(players)
        self.assertIsNone(players[0].score)

    def test_a_finished_round(self):
        self.assertEqual(names([Player("a", 1), Player("b", 3), Player("c", 3)]), ["b", "c", "a"])
        self.assertEqual(board([]), "")


if __name__ == "__main__":
    unittest.main()
