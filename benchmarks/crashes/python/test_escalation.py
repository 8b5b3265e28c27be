import unittest

from escalation import Contact, Department, Team, Ticket, call_list

SUPPORT = Department("support", Contact("head of support", "100"))


class CallListTest(unittest.TestCase):
    def test_calls_the_lead_of_the_team(self):
        team = Team("network", SUPPORT, Contact("lead", "111"))
        self.assertEqual(call_list([Ticket(1, team, "urgent", 30)]), [(1, "111")])

    def test_calls_about_a_team_that_has_just_been_formed(self):
        team = Team("storage", SUPPORT)
        self.assertEqual(call_list([Ticket(2, team, "urgent", 30)]), [(2, "100")])

    def test_calls_nobody_before_time(self):
        team = Team("network", SUPPORT, Contact("lead", "111"))
        self.assertEqual(call_list([Ticket(1, team, "low", 30)]), [])


if __name__ == "__main__":
    unittest.main()
