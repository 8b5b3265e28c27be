"""Says who may do what; roles include other roles."""


class Roles:
    """Permissions by role."""

    def __init__(self):
        self._grants = {}
        self._included = {}

    def grant(self, role, *permissions):
        self._grants.setdefault(role, set()).update(permissions)

    def include(self, role, other):
        """Gives a role all that another role may do, now and later."""
        self._included.setdefault(role, []).append(other)

    def permissions(self, role):
        """All that a role may do."""
        found = set(self._grants.get(role, ()))
        for other in self._included.get(role, ()):
            found |= self.permissions(other)
        return found


class Account:
    def __init__(self, name, *roles):
        self.name = name
        self.roles = roles


def allowed(account, permission, roles):
    return any(permission in roles.permissions(role) for role in account.roles)


def read_roles(text):
    """Roles from lines such as `editor: write +reader`."""
    roles = Roles()
    for line in text.splitlines():
        role, _, rest = line.partition(":")
        for word in rest.split():
            if word.startswith("+"):
                roles.include(role.strip(), word[1:])
            else:
                roles.grant(role.strip(), word)
    return roles
