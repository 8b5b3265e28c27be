"""Machinery that no fix may touch, and what tests are made of, in whatever letters it is written."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from homeostat.config import matches, matches_any

PROTECTED: dict[str, str | tuple[str, ...]] = {
    "files of continuous integration": """
        **/.github/workflows/ **/.github/actions/ **/.github/dependabot.y*ml .gitlab-ci* .gitlab/ci/
        **/.gitea/workflows/ **/.forgejo/workflows/ .ci/ /ci/ ci.sh ci-*.sh ci.y*ml ci-*.y*ml dangerfile*
        fastlane/ fastfile capfile
        jenkinsfile jenkinsfile.* *.jenkinsfile azure-pipelines*.y*ml action.yml action.yaml
        appveyor.y*ml bitbucket-pipelines.yml circle.yml .circleci/ .buildkite/ .drone.y*ml .woodpecker*
        .travis.yml .teamcity/ .semaphore/ .tekton/ cloudbuild.y*ml cloudbuild.json buildspec*.y*ml
        wercker.yml codeship-*.yml codefresh.y*ml bitrise.yml codemagic.y*ml screwdriver.y*ml earthfile
        skaffold.y*ml netlify.toml vercel.json now.json render.y*ml fly.toml wrangler.toml
        wrangler.json* procfile codecov.y*ml renovate.json* dependabot.y*ml release-please-config.json
        .releaserc* release.config.* .goreleaser.y*ml sonar-project.properties serverless.y*ml
        samconfig.toml firebase.json .firebaserc amplify.yml argocd/ .argo/
    """,
    "lists of code owners": ("codeowners",),
    "lockfiles": """
        *.lock *-lock.json *-lock.y*ml *.lockb *.lockfile npm-shrinkwrap.json go.sum go.work.sum
        package.resolved packages.lock.json *.lock.json *.lock.hcl .pnp.* *requirements*.txt
        *requirements*.in **/requirements/*.txt **/requirements/*.in constraints*.txt
        gradle-wrapper.properties
    """,
    "manifests": """
        package.json package.json5 package.y*ml composer.json pyproject.toml setup.py setup.cfg
        manifest.in manifest.json pipfile gemfile gems.rb *.gemspec cargo.toml go.mod go.work pom.xml
        build.gradle* settings.gradle* gradle.properties gradlew gradlew.bat mvnw mvnw.cmd build.sbt
        build.xml *.csproj *.vbproj *.fsproj *.sln directory.build.* directory.packages.props
        nuget.config packages.config *.nuspec package.swift podfile *.podspec cartfile mix.exs
        rebar.config deno.json deno.jsonc jsr.json bunfig.toml bower.json lerna.json nx.json turbo.json
        rush.json pnpm-workspace.y*ml environment.y*ml conda.y*ml meson.build cmakelists.txt *.cmake
        build.zig* pubspec.y*ml elm.json dune-project stack.y*ml *.cabal vcpkg.json conanfile.*
        project.clj deps.edn shard.yml symfony.lock .npmrc .yarnrc* .pnpmfile.* .pypirc pip.conf pip.ini
        .bowerrc .cargo/ .mvn/ .bundle/ hatch.toml pixi.toml *.versions.toml packages.props
        directory.*.props directory.*.targets /global.json /project.json /workspace.json
        /apps/**/project.json /libs/**/project.json /packages/**/project.json
    """,
    "settings of tests and linters": """
        conftest.* conftest/ pytest.ini pytest.toml tox.ini noxfile.py nose.cfg behave.ini
        unittest.cfg mypy.ini
        pylintrc .pylintrc .flake8 ruff.toml .ruff.toml pyrightconfig.json .coveragerc coverage.ini
        .isort.cfg .bandit .style.yapf sitecustomize.* usercustomize.* *.pth jest.config.*
        sitecustomize/ usercustomize/ /site.py /src/site.py /lib/site.py /encodings.py /encodings/
        /src/encodings.py /src/encodings/ /lib/encodings.py /lib/encodings/ /*.config.[jt]s
        /*.config.[cm][jt]s jest.preset.* setup-test*.* setuptest*.* setupjest.* global-setup.*
        globalsetup.* global-teardown.* globalteardown.* setup-vitest.* setupvitest.* swc.config.*
        tsdown.config.* auth.setup.[jt]s global.setup.[jt]s global.teardown.[jt]s
        jest.setup.* jest-setup.* jest-preset.* jest-environment* setuptests.* setup-tests.*
        setup-jest.* vitest.config.* vitest.setup.* vitest-setup.* vitest.workspace.* vitest.shims.*
        vite.config.* playwright.config.* cypress.config.* cypress.json karma.conf.* karma.config.*
        mocha.opts .mocharc* ava.config.* .taprc nightwatch.conf.* wdio.conf.* wdio.*.conf.*
        protractor.conf.* testem.* codecept.conf.* stryker.conf.* stryker.config.*
        web-test-runner.config.* qunit.config.* jasmine.json .nycrc* nyc.config.* .c8rc* babel.config.*
        .babelrc* .swcrc webpack.config.* webpack.*.config.* webpack.common.* webpack.dev.*
        webpack.prod.* rollup.config.* esbuild.config.* tsup.config.* rspack.config.* snowpack.config.*
        craco.config.* metro.config.* tsconfig.json tsconfig.*.json tsconfig-*.json jsconfig.json
        eslint.config.* .eslintrc* .eslintignore prettier.config.* .prettierrc* .prettierignore
        stylelint.config.* .stylelintrc* biome.json* tslint.json .jshintrc .jscsrc .xo-config*
        commitlint.config.* .commitlintrc* lint-staged.config.* .lintstagedrc* postcss.config.*
        tailwind.config.* next.config.* nuxt.config.* svelte.config.* astro.config.* vue.config.*
        angular.json gulpfile.* gruntfile.* jakefile* .browserslistrc browserslist .size-limit*
        knip.json* .npmignore phpunit.xml* phpunit.*.xml phpstan.neon* phpstan.*.neon* psalm.xml*
        phpcs.xml* .phpcs.xml* .php-cs-fixer* .php_cs* ecs.php rector.php infection.json* pest.php
        phpbench.json behat.y*ml codeception.y*ml grumphp.y*ml deptrac.y*ml phpmd.xml* captainhook.json
        .user.ini php.ini .htaccess web.config checkstyle*.xml pmd*.xml spotbugs*.xml findbugs*.xml
        testng*.xml junit-platform.properties lombok.config detekt.yml .rspec .rubocop* spec_helper.rb
        rails_helper.rb test_helper.rb rakefile *.rake guardfile .simplecov .reek* .golangci.*
        staticcheck.conf magefile.go revive.toml clippy.toml .clippy.toml rustfmt.toml .rustfmt.toml
        rust-toolchain* nextest.toml build.rs deny.toml stylecop.json *.ruleset .runsettings
        *.runsettings lefthook.y*ml .pre-commit-config.y*ml .pre-commit-hooks.y*ml .husky/
        .overcommit.yml .githooks/ githooks/ .semgrep* .snyk .trivyignore* .gitleaks* .env .env.* .envrc
        .flaskenv .nvmrc .node-version .python-version .ruby-version .tool-versions mise.toml .mise*
        .watchmanconfig nodemon.json .nodemonrc*
    """,
    "files of the build": """
        makefile makefile.* gnumakefile *.mk *.mak dockerfile dockerfile.* *.dockerfile containerfile
        containerfile.* docker-compose* compose.y*ml compose.*.y*ml docker-bake.* docker-entrypoint*
        .dockerignore .containerignore justfile .justfile taskfile.y*ml vagrantfile flake.nix
        default.nix shell.nix tiltfile build.bazel workspace.bazel module.bazel *.bzl .bazelrc wscript
        snapcraft.y*ml chart.y*ml kustomization.y*ml *.tf *.tfvars jakefile .devcontainer/
        sconstruct sconscript aclocal.m4 configure.ac configure.in autogen.sh buildsrc/ build-logic/
        snakefile devcontainer.json devfile.y*ml .gitpod.* .helmignore .nix ansible.cfg
    """,
    "shell profiles": """
        .bashrc .bash_profile .bash_login .bash_logout .bash_aliases .profile .zshrc .zshenv .zprofile
        .zlogin .login .cshrc .tcshrc .kshrc .inputrc .vimrc .exrc .netrc .curlrc .wgetrc .ssh/
        .screenrc .tmux.conf .pythonrc* .irbrc .pryrc .gdbinit .lldbinit .psqlrc config.fish
        *profile.ps1
    """,
    "settings of editors": """
        .vscode/ .idea/ .vs/ .fleet/ .zed/ .nova/ .theia/ .vim/ .settings/ *.code-workspace
        *.sublime-project *.sublime-workspace *.iml .editorconfig .dir-locals.el .project .classpath
        .lvimrc
    """,
    "instructions to agents": """
        agents.md agent.md agents.override.md agents.local.md claude.md claude.*.md gemini.md qwen.md
        warp.md crush.md skill.md copilot-instructions.md *.instructions.md *.prompt.md *.chatmode.md
        *.agent.md .cursorrules .cursorignore .cursor/ *.mdc .windsurfrules .windsurf/ .codeiumignore
        .clinerules* .cline/ .roo* .kilocode* .aider* .claude/ .claude* .codex/ .gemini/ .continue/
        .continuerules .junie/ .kiro/ .trae/ .augment* .amazonq/ .agents/ .agent/ .goosehints .goose/
        .rules .ruler/ .mcp.json mcp.json .mcp/ llms.txt llms-*.txt opencode.json* .opencode/ replit.md
        .replit .tabnine* .sourcegraph/ .openhands/ .devin/ .factory/
    """,
    "libraries of others": """
        node_modules/ bower_components/ jspm_packages/ web_modules/ .yarn/ .pnpm-store/ site-packages/
        dist-packages/ __pypackages__/ _vendor/ *.dist-info/ *.egg-info/ *.egg/ .tox/ .nox/ .venv/
        pyvenv.cfg **/venv/bin/ **/venv/scripts/ **/venv/lib/ /env/bin/ **/vendor/autoload.php
        **/vendor/bin/ /vendor/composer/ **/vendor/composer/autoload_* **/vendor/composer/installed*
        **/vendor/composer/classloader.php **/vendor/phpunit/ /vendor/*/*/**/*.php
        **/vendor/*/*/src/**/*.php **/vendor/modules.txt **/vendor/*.*/*/**/*.go /vendor/*/src/**/*.rs
        /vendor/bundle/ /vendor/gems/ /vendor/cache/ **/vendor/bundle/ruby/ /third_party/ /third-party/
        /thirdparty/
    """,
    "settings of the forge": (".github/", ".gitlab/", ".gitea/", ".forgejo/"),
    "git's own files": (".git*", "git~[0-9]*", "gitmod~*", "gitatt~*", "gitign~*"),
    "top-level dot folders and dot files": ("/.*",),
}
"""What no fix may touch, by the name that a refusal uses; patterns in small letters."""

_FILES = {
    "build": "files of the build",
    "workspace": "files of the build",
    "configure": "files of the build",
    "brewfile": "manifests",
}
"""Names, in small letters, that a file has no business to bear, and a folder may."""

_CASED = {"Pods/": "libraries of others", "Carthage/": "libraries of others"}
"""Those whose capital letters tell: `src/pods/` is somebody's own."""

TESTS = """
    test/ tests/ __tests__/ __test__/ spec/ specs/ __specs__/ *-tests/ *_tests/ *-test/ *_test/ *-specs/
    test-*/ tests-*/ test_*/ unittests/ inttest/ androidtest/ integrationtest/ testing/fixtures/
    fixtures/ fixture/ __fixtures__/ __snapshots__/ __mocks__/ __mock__/ mocks/ __stubs__/ testdata/
    cassettes/ goldens/ __golden__/ cypress/ e2e/ __e2e__/ playwright/ testutils/ testutil/ testhelpers/
    testlib/ *.snap *.snap.* *.golden test_*.* tests.py tests.rs tests.*js tests.ts test.py test.rs
    test.js test.ts test.php *.test.* *.tests.* *.spec.* *.specs.* *.e2e.* *.e2e-spec.* *.cy.*
    *.unit.[jt]s *.bats *.feature *.t *_test.* *_tests.* *_spec.rb *_spec.lua *-test.[cm]js *-test.[jt]s
    *-test.[jt]sx *-tests.[jt]s *-spec.[jt]s *-spec.[jt]sx *-spec.[cm]js *_spec.[jt]s test-*.[jt]s
    test-*.[cm]js test-*.py test-*.php test-*.sh *-test.sh *-tests.sh test.sh tests.sh runtest.* runtests.*
    run-test.* run-tests.* **/bin/test **/bin/tests **/script/test **/scripts/test **/bin/rspec
    **/bin/phpunit **/bin/jest **/bin/pytest
"""
"""Tests, and what they compare with or are made of, in small letters."""

SECRETS = """
    *.pem *.key *.ppk *.p12 *.pfx *.jks *.keystore *.kdbx *.gpg *.ovpn id_rsa* id_dsa* id_ecdsa* id_ed25519*
    *.env *.env.* *.tfstate* *.htpasswd auth.json secrets/
"""
_NAMED = "*secret *secrets *credential *credentials *password *passwords *service-account* *service_account*"
_KEPT_IN = "json y*ml toml ini cfg conf properties xml txt enc"
"""What holds passwords and keys, in small letters, and is no code."""

_CAMEL = """
    *Test.php *Tests.php *TestCase.php *Cest.php *Cept.php Test[A-Z]*.php *Spec.php *Test.java
    *Tests.java *TestCase.java *IT.java Test[A-Z]*.java *Spec.groovy *Test.groovy *Test.kt *Tests.kt
    *Spec.kt *Test.scala *Spec.scala *Suite.scala *Test.cs *Tests.cs *Spec.cs *Tests.swift *Test.swift
    *Test.m *Test.cpp *Tests.[jt]s *Test.[jt]s *Test.[jt]sx *Spec.[jt]s *Spec.[jt]sx
"""
"""Those whose capital letters tell: `latest.php` is no test."""


def _words(table: str | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(table.split()) if isinstance(table, str) else table


_GROUPS = {name: _words(table) for name, table in PROTECTED.items()}
_ALL = tuple(pattern for patterns in _GROUPS.values() for pattern in patterns)
_SECRET_FILES = (
    *_words(SECRETS),
    *(f"{name}.{kind}" for name in _words(_NAMED) for kind in _words(_KEPT_IN)),
)


@lru_cache(maxsize=8192)
def folded(path: str) -> str:
    """A path as the most forgiving of file systems reads it: one case, one form, nothing invisible."""
    parts = unicodedata.normalize("NFKC", path).casefold().replace("\\", "/").split("/")
    shown = ("".join(c for c in part if unicodedata.category(c) != "Cf") for part in parts)
    return "/".join(re.sub(r"::?\$.*$|[. ]+$", "", part) or part for part in shown)


def protection(path: str) -> str | None:
    """Name the group of protected files that a path belongs to, or None."""
    plain = folded(path)
    if matches_any(_ALL, plain):
        return next((name for name, patterns in _GROUPS.items() if matches(patterns, plain)), None)
    cased = matches(tuple(_CASED), path)
    return _CASED[cased] if cased else _FILES.get(plain.rpartition("/")[2])


_RUNNERS = tuple(
    pattern
    for name in ("settings of tests and linters", "manifests", "files of the build")
    for pattern in _GROUPS[name]
)


def says_how_tests_run(path: str) -> bool:
    """Whether a path is configuration of a test runner, or a manifest or a makefile that calls one."""
    return matches_any(_RUNNERS, folded(path))


def holds_secrets(path: str) -> bool:
    """Whether a file that is no code holds passwords or keys, by its name."""
    return matches_any(_SECRET_FILES, folded(path))


def proves(path: str) -> bool:
    """Whether a path is a test or what tests rest on: fixtures, snapshots, stand-ins, recorded answers."""
    return matches_any(_words(TESTS), folded(path)) or matches_any(_words(_CAMEL), path)
