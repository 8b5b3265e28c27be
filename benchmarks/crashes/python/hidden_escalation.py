import unittest

from escalation import Contact, Department, Team, Ticket, call_list, responsible

SALES = Department("sales", Contact("head of sales", "200"))
SUPPORT = Department("support", Contact("head of support", "100"))


class HiddenTest(unittest.TestCase):
    def test_the_head_of_the_right_department_stands_in(self):
        self.assertEqual(responsible(Team("leads", SALES)).phone, "200")
        self.assertEqual(responsible(Team("storage", SUPPORT)).phone, "100")

    def test_the_head_stands_in_during_leave(self):
        lead = Contact("lead", "111", on_leave=True)
        self.assertEqual(responsible(Team("network", SUPPORT, lead)).phone, "100")

    def test_a_present_lead_answers(self):
        lead = Contact("lead", "111")
        self.assertIs(responsible(Team("network", SUPPORT, lead)), lead)

    def test_all_overdue_tickets_are_listed_with_the_oldest_first(self):
        vacant = Team("storage", SUPPORT)
        led = Team("network", SUPPORT, Contact("lead", "111"))
        tickets = [
            Ticket(1, led, "normal", 70),
            Ticket(2, vacant, "normal", 90),
            Ticket(3, vacant, "low", 90),
        ]
        self.assertEqual(call_list(tickets), [(2, "100"), (1, "111")])


if __name__ == "__main__":
    unittest.main()
