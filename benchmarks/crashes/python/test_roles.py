import unittest

from roles import Account, allowed, read_roles


class RolesTest(unittest.TestCase):
    def test_includes_other_roles(self):
        roles = read_roles("reader: read\neditor: write +reader")
        self.assertTrue(allowed(Account("desk", "editor"), "read", roles))
        self.assertFalse(allowed(Account("guest", "reader"), "write", roles))

    def test_roles_may_include_each_other(self):
        roles = read_roles("support: reply +billing\nbilling: refund +support")
        self.assertEqual(roles.permissions("support"), {"reply", "refund"})
        self.assertEqual(roles.permissions("billing"), {"reply", "refund"})

    def test_an_unknown_role_may_do_nothing(self):
        self.assertEqual(read_roles("").permissions("ghost"), set())


if __name__ == "__main__":
    unittest.main()
