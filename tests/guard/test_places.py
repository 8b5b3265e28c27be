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
    node_modules/jest/bin/jest.js src/node_modules/a/b.js node_modules/.bin/jest bower_components/a.js packages/a/.yarn/b.cjs
    lib/site-packages/pytest/main.py usr/dist-packages/a.py venv/bin/activate_this.py app/venv/lib/a.py .venv/a.py src/_vendor/a.py
    vendor/autoload.php vendor/bin/phpunit vendor/composer/x.php vendor/phpunit/phpunit/src/Assert.php vendor/acme/tax/Tax.php
    packages/a/vendor/acme/tax/src/Tax.php api/vendor/autoload.php api/vendor/composer/autoload_real.php
    vendor/github.com/a/b/c.go svc/vendor/golang.org/x/y.go vendor/modules.txt vendor/serde/src/lib.rs vendor/bundle/ruby/a.rb
    vendor/gems/a/lib/a.rb Pods/A/a.m ios/Pods/A/a.m third_party/a.c third-party/a.js a.egg-info/entry_points.txt
    SConstruct src/SConscript configure.ac configure aclocal.m4 WORKSPACE BUILD src/BUILD buildSrc/src/A.kt Snakefile
    hatch.toml pixi.toml requirements.in dev-requirements.txt a/test-requirements.in gradle/libs.versions.toml Packages.props
    Directory.Packages.props Directory.Solution.targets global.json project.json workspace.json apps/a/project.json libs/a/b/project.json
    Brewfile swc.config.js tsdown.config.ts jest.preset.cjs app.config.ts panda.config.mjs Dangerfile dangerfile.ts Fastfile
    fastlane/Appfile Capfile src/global-setup.ts src/globalSetup.js src/globalTeardown.js src/setup-tests.ts src/setupTestEnv.js
    src/auth.setup.ts runtests.py src/run-tests.sh scripts/test.sh bin/test script/test bin/rspec ci/build.sh scripts/ci.sh
    build/ci.yml site.py src/site.py src/encodings/__init__.py encodings.py conftest/__init__.py src/conftest/a.py src/conftest.so
    sitecustomize/__init__.py
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
    src/Vendor/Model.php src/Vendor/Model/Price.php app/vendor/views.py vendor/views.py vendor/migrations/a.py src/vendors.js
    vendor/ours/pad.js src/pods/a.go src/third_party/stripe.py src/venv/create.py src/env/a.js app/Vendor/Cache/Redis.php
    src/ci/a.js src/ci.js src/ci/build.py src/build/a.py src/workspace/a.ts src/configure/a.js src/configure.py src/build.py
    src/workspace.ts src/data/project.json src/i18n/global.json src/app.config.ts src/db.config.js src/global.js src/site.js
    app/site.py src/app/encodings.py src/sites.py src/conftests.py src/require.txt src/fastlane.js src/app.setup.ts src/setup/a.ts
    bin/serve scripts/deploy.sh src/latest.sh src/run.py src/directory.py src/versions.toml
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


NAMED = {
    ".github/workflows/ci.yml": "files of continuous integration",
    "a/.github/workflows/ci.yml": "files of continuous integration",
    ".gitlab-ci.yml": "files of continuous integration",
    ".github/CODEOWNERS": "lists of code owners",
    ".github/copilot-instructions.md": "instructions to agents",
    ".github/ISSUE_TEMPLATE/a.yml": "settings of the forge",
    ".gitmodules": "git's own files",
    "src/.gitattributes": "git's own files",
    ".coveragerc": "settings of tests and linters",
    ".anything": "top-level dot folders and dot files",
    "Makefile": "files of the build",
    "src/BUILD": "files of the build",
    ".vscode/a.json": "settings of editors",
    "node_modules/a/package.json": "manifests",
    "node_modules/a/index.js": "libraries of others",
}


@pytest.mark.parametrize(("path", "group"), NAMED.items())
def test_a_refusal_says_what_the_file_is(path: str, group: str) -> None:
    assert f"{path}: {group} are never changed by a fix" in at(path)
