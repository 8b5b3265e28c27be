import unittest

from leaderboard import Player, board, place


class LeaderboardTest(unittest.TestCase):
    def test_the_best_comes_first(self):
        self.assertEqual(board([Player("red", 3), Player("green", 12)]), "green   12\nred      3")

    def test_shows_a_running_round(self):
        self.assertEqual(board([Player("blue"), Player("red", 3)]), "red     3\nblue    …")

    def test_equals_share_a_place(self):
        players = [Player("red", 3), Player("green", 12), Player("blue", 12)]
        self.assertEqual([place(players, name) for name in ("blue", "green", "red")], [1, 1, 3])


if __name__ == "__main__":
    unittest.main()
