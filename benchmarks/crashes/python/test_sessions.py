import unittest

from sessions import SessionStore


class SessionStoreTest(unittest.TestCase):
    def test_finds_a_session(self):
        store = SessionStore(60)
        store.open("t1", "desk", 0)
        self.assertEqual(store.find("t1", 59).account, "desk")
        self.assertIsNone(store.find("t1", 119))

    def test_opening_drops_what_is_over(self):
        store = SessionStore(60)
        store.open("t1", "desk", 0)
        store.open("t2", "bar", 30)
        store.open("t3", "desk", 70)
        self.assertEqual(len(store), 2)
        self.assertIsNotNone(store.find("t2", 80))

    def test_closes_all_of_an_account(self):
        store = SessionStore(60)
        store.open("t1", "desk", 0)
        store.open("t2", "desk", 1)
        store.close_all("desk")
        self.assertEqual(len(store), 0)


if __name__ == "__main__":
    unittest.main()
