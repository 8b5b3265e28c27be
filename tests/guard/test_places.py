"""Where no fix goes, and names that are read in two ways."""
# ruff: noqa: E501, RUF001 - a case is a line, in whatever letters

import pytest

from homeostat.config import PathFilters
from homeostat.guard import Limits, refusals
from homeostat.records import Change, Patch

LIMITS = Limits(PathFilters(("*",)), (), max_diff_lines=500, max_files=10)
REFUSED = """
    .gitignore src/.gitignore src/.gitattributes .gitmodules a/.github/x.yml .github/workflows/ci.yml src/.GitHub/x
    .travis.yml .circleci/config.yml Jenkinsfile ci/jenkinsfile src/Jenkinsfile.prod azure-pipelines.yml
    bitbucket-pipelines.yml appveyor.yml cloudbuild.yaml .buildkite/p.yml .woodpecker.yml netlify.toml vercel.json Procfile
    action.yml sub/action.yaml CODEOWNERS docs/CODEOWNERS src/codeowners .vscode/tasks.json src/.vscode/settings.json
    .idea/x.xml src/.idea/x.xml .editorconfig .husky/pre-commit lefthook.yml .pre-commit-config.yaml .anything .tool/x
    package.json packages/a/package.json PACKAGE.JSON composer.json pyproject.toml setup.py setup.cfg Gemfile
    x.gemspec go.mod Cargo.toml pom.xml build.gradle build.gradle.kts settings.gradle a.csproj manifest.json deno.json
    package-lock.json yarn.lock pnpm-lock.yaml poetry.lock uv.lock Cargo.lock go.sum composer.lock Gemfile.lock bun.lockb
    requirements.txt requirements-dev.txt src/requirements/base.txt Pipfile Pipfile.lock npm-shrinkwrap.json
    conftest.py src/conftest.py pytest.ini tox.ini noxfile.py mypy.ini ruff.toml .flake8 .coveragerc sitecustomize.py
    src/usercustomize.py x.pth jest.config.js jest.config.ts jest.setup.js setupTests.ts vitest.config.mts vite.config.ts
    playwright.config.ts cypress.config.js karma.conf.js .mocharc.yml babel.config.js .babelrc tsconfig.json
    tsconfig.build.json eslint.config.js .eslintrc.json src/.eslintrc.js prettier.config.js .prettierrc biome.json
    webpack.config.js rollup.config.mjs phpunit.xml phpunit.xml.dist phpstan.neon psalm.xml .php-cs-fixer.php .htaccess
    src/.htaccess checkstyle.xml testng.xml .rspec .rubocop.yml spec_helper.rb Rakefile .golangci.yml clippy.toml build.rs
    .npmrc src/.npmrc .yarnrc.yml .env .env.local src/.env .envrc gulpfile.js Gruntfile.js
    Makefile src/Makefile GNUmakefile x.mk Dockerfile src/Dockerfile Dockerfile.dev web.dockerfile Containerfile
    docker-compose.yml docker-compose.override.yaml compose.yaml .dockerignore justfile Taskfile.yml Vagrantfile
    AGENTS.md src/AGENTS.md agents.MD CLAUDE.md CLAUDE.local.md GEMINI.md .cursorrules .cursor/rules/x.mdc .windsurfrules
    .clinerules copilot-instructions.md .github/copilot-instructions.md llms.txt llms-full.txt src/.claude/settings.json
    .mcp.json .aider.conf.yml .roomodes .junie/guidelines.md .bashrc src/.bashrc .profile .zshrc .ssh/config
    tests/a.py test/a.js src/__tests__/a.js src/a.test.js src/a.spec.ts src/a.test.mts src/test_a.py src/a_test.py
    src/a_test.go spec/a.rb src/a_spec.rb src/ATest.php src/ATest.java src/TestA.java Tests/a.php TEST/a.js src/TEST_A.py
    src/__mocks__/a.js src/__snapshots__/a.snap src/a.snap fixtures/a.json src/fixtures/a.json src/__fixtures__/a.ts
    testdata/a.golden cypress/a.js e2e/a.ts src/a.e2e.ts src/a.cy.js integration-tests/a.py src/test-utils/a.js tests.rs
    features/a.feature src/tests.py src/a.spec.jsx
    ＡＧＥＮＴＳ.md package．json src/con.py src/a~1.py git~1/x src/\u0430b.py src/a\u200b.py src/a\\b.py src/a:b.py src/-rf.py
    src/a.py. src/makefile. src/`id`.py src/$(id).py src/~/a.py ~ ~/a.py
"""
ALLOWED = """
    src/a.py content/github.js src/git.py src/gitignore.js src/latest/a.js src/contest.py src/latest.php src/contests.js
    src/attestation.py src/testimonial.js src/Testimonials.php src/protest.java src/specimen.js src/inspect.js
    src/package.js src/packages.json src/lock.py src/block.js src/clock.lock.js src/dockerfile_parser.py src/makefile_reader.js
    src/environment.py src/env.js src/config.js src/settings.py src/agents.py src/claude.py src/codeowners.py
    src/eslint.js src/jest.js src/setup.js src/build/index.js src/actions.yml.js src/naïve.py src/привет.py src/日本.js
    src/with space.js src/(group)/[id].tsx src/a+b.py src/@x/y.js src/v1.2/a.js src/a~b.py src/_x.py README.md docs/x.md
    src/contested/a.js src/greatest.ts background/worker.js src/testing.py src/Latest.java src/manifest.py src/composer.py
    app/routes/$slug.tsx app/routes/$.tsx src/routes/$id/(a)/x.ts src/a~/b.py
    src/.well-known/a.js src/compose.js src/procfile.py src/action.js src/fixture_price.py src/mock.py src/e2e.py
"""


def at(path: str) -> tuple[str, ...]:
    change = Change("M", path, path, "100644", "100644", ("x = 1",), 1, before="x = 2\n", after="x = 1\n")
    return refusals(Patch("b" * 40, "t" * 40, "", (change,)), LIMITS)


@pytest.mark.parametrize("path", REFUSED.split())
def test_no_fix_goes_there(path: str) -> None:
    assert at(path)


@pytest.mark.parametrize("path", [*ALLOWED.replace("src/with space.js", "").split(), "src/with space.js"])
def test_source_has_such_names(path: str) -> None:
    assert at(path) == ()


@pytest.mark.parametrize(
    "path",
    [
        "src/ a.py",
        "src/a .py ",
        "src/a\n.py",
        "src/\x1b[2J.py",
        "src/a\x7f.py",
        "src/caf\udce9.py",
        "src/" + "a" * 500,
        "src/" + "a" * 256,
        "src/" + "ü" * 128 + "/a.py",
        "/etc/a.py",
        "src//a.py",
        "./a.py",
    ],
)
def test_names_that_nobody_types_are_refused(path: str) -> None:
    assert at(path)


@pytest.mark.parametrize("name", ["a" * 255, "ü" * 127])
def test_a_name_may_be_as_long_as_linux_takes(name: str) -> None:
    assert at(f"src/{name}") == ()
