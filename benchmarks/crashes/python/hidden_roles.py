import unittest

from roles import Account, Roles, allowed, read_roles


class HiddenTest(unittest.TestCase):
    def test_a_circle_of_three(self):
        roles = read_roles("a: x +b\nb: y +c\nc: z +a")
        for role in "abc":
            self.assertEqual(roles.permissions(role), {"x", "y", "z"})

    def test_a_role_that_includes_itself(self):
        self.assertEqual(read_roles("a: x +a").permissions("a"), {"x"})

    def test_a_circle_beyond(self):
        roles = read_roles("a: x +b\nb: y +c\nc: z +b")
        self.assertEqual(roles.permissions("a"), {"x", "y", "z"})
        self.assertEqual(roles.permissions("c"), {"y", "z"})

    def test_two_ways_to_one_role(self):
        roles = read_roles("a: +b +c\nb: +d\nc: +d\nd: x")
        self.assertEqual(roles.permissions("a"), {"x"})

    def test_asking_twice_answers_the_same(self):
        roles = read_roles("a: x +b\nb: y +a")
        self.assertEqual(roles.permissions("a"), roles.permissions("a"))
        self.assertTrue(allowed(Account("n", "b"), "x", roles))

    def test_grants_after_the_inclusion_count(self):
        roles = Roles()
        roles.include("a", "b")
        roles.grant("b", "x")
        self.assertEqual(roles.permissions("a"), {"x"})


if __name__ == "__main__":
    unittest.main()
