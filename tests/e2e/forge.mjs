// GitHub's REST interface as npm `emulate` keeps it, in step with real bare git repositories.
//
//   node forge.mjs PACKAGES PORT REPOSITORIES SEED.json     (PACKAGES is where `npm install emulate@0.8.0` was run)
//
// POST /_test/follow/OWNER/NAME   take over the branches of REPOSITORIES/OWNER/NAME.git (their post-receive hook calls it)
// GET  /_test/requests            every request so far, but for these two
//
// The package exports a server and no store. Its GitHub plugin is another module of the same folder, and a module is
// loaded once: the plugin that the server will find can be given another `register` first, and that sees the store
// and the server's `fetch` before either is used.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [packages, port, repositories, seedFile] = process.argv.slice(2);
const seed = JSON.parse(readFileSync(seedFile, "utf8"));
const dist = resolve(packages, "node_modules/emulate/dist");
const isPlugin = (name) => /^dist-.*\.js$/.test(name) && /export \{[^}]*\bgetGitHubStore\b[^}]*\};/.test(readFileSync(join(dist, name), "utf8"));
const { githubPlugin, getGitHubStore } = await import(pathToFileURL(join(dist, readdirSync(dist).find(isPlugin))));
const { createEmulator } = await import(pathToFileURL(join(dist, "api.js")));

const bare = (slug) => join(resolve(repositories), `${slug}.git`);
const HEADS = "refs/heads/";
const journal = [];

function git(slug, words, { input, env } = {}) {
  const options = { encoding: "utf8", input, env: { ...process.env, ...env }, maxBuffer: 1 << 28, stdio: ["pipe", "pipe", "ignore"] };
  return execFileSync("git", ["-C", bare(slug), ...words], options).trim();
}

const lines = (text) => text.split("\n").filter(Boolean);
const refused = (status, message, errors = []) => Response.json({ message, errors, documentation_url: "https://docs.github.com/rest", status: `${status}` }, { status });
const invalid = (error) => refused(422, "Validation Failed", [{ resource: "PullRequest", ...error }]);

/** Branches, commits and open pull requests of one repository become what git says. */
function follow(store, repo) {
  const slug = repo.full_name;
  const tips = new Map(lines(git(slug, ["for-each-ref", "--format=%(refname) %(objectname)", HEADS])).map((line) => line.split(" ")));
  const known = new Set(store.commits.findBy("repo_id", repo.id).map((row) => row.sha));
  for (const sha of lines(git(slug, ["rev-list", "--branches"]))) if (!known.has(sha)) store.commits.insert(commitRow(repo, sha));
  reconcile(store.refs, repo, "ref", tips, (ref, sha) => ({ repo_id: repo.id, ref, sha, node_id: `REF_${ref}` }));
  const branches = new Map([...tips].map(([ref, sha]) => [ref.slice(HEADS.length), sha]));
  reconcile(store.branches, repo, "name", branches, (name, sha) => ({ repo_id: repo.id, name, sha, protected: false }));
  for (const pull of store.pullRequests.findBy("repo_id", repo.id)) {
    if (pull.state !== "open") continue;
    const moved = { head_sha: branches.get(pull.head_ref) ?? pull.head_sha, base_sha: branches.get(pull.base_ref) ?? pull.base_sha };
    if (moved.head_sha !== pull.head_sha || moved.base_sha !== pull.base_sha) store.pullRequests.update(pull.id, moved);
  }
}

function reconcile(table, repo, key, wanted, row) {
  const rows = table.findBy("repo_id", repo.id);
  for (const old of rows) {
    if (!wanted.has(old[key])) table.delete(old.id);
    else if (old.sha !== wanted.get(old[key])) table.update(old.id, { sha: wanted.get(old[key]) });
  }
  for (const [name, sha] of wanted) if (!rows.some((old) => old[key] === name)) table.insert(row(name, sha));
}

function commitRow(repo, sha) {
  const told = git(repo.full_name, ["show", "-s", "--format=%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%B", sha]).split("\0");
  const [tree_sha, parents, author_name, author_email, author_date, committer_name, committer_email, committer_date, message] = told;
  const parent_shas = parents.split(" ").filter(Boolean);
  return { repo_id: repo.id, sha, node_id: `C_${sha}`, tree_sha, parent_shas, author_name, author_email, author_date, committer_name, committer_email, committer_date, message: message.trimEnd(), user_id: null };
}

/** Why GitHub would not open this pull request; emulate opens all. https://docs.github.com/rest/pulls/pulls#create-a-pull-request */
function objection(store, repo, { head, base }) {
  const branches = store.branches.findBy("repo_id", repo.id);
  const [from, to] = [head, base].map((name) => branches.find((branch) => branch.name === name));
  if (!from) return invalid({ field: "head", code: "invalid" });
  if (!to) return invalid({ field: "base", code: "invalid" });
  const twin = store.pullRequests.findBy("repo_id", repo.id).some((pull) => pull.state === "open" && pull.head_ref === head && pull.base_ref === base);
  if (twin) return invalid({ code: "custom", message: `A pull request already exists for ${repo.full_name.split("/")[0]}:${head}.` });
  if (!git(repo.full_name, ["rev-list", "-n1", `${to.sha}..${from.sha}`])) return invalid({ code: "custom", message: `No commits between ${base} and ${head}` });
  return null;
}

/** The one mutation that Homeostat knows. https://docs.github.com/graphql/reference/mutations#createcommitonbranch */
function createCommitOnBranch(store, { branch, expectedHeadOid, message, fileChanges }, login) {
  const slug = branch.repositoryNameWithOwner;
  const ref = HEADS + branch.branchName;
  if (git(slug, ["for-each-ref", "--format=%(objectname)", ref]) !== expectedHeadOid)
    return { data: { createCommitOnBranch: null }, errors: [{ type: "STALE_DATA", message: `Expected branch to point to "${expectedHeadOid}"` }] };
  const author = { NAME: login, EMAIL: `${login}@users.noreply.github.com` };
  const committer = { NAME: "GitHub", EMAIL: "noreply@github.com" };
  const person = (role, of) => Object.entries(of).map(([key, value]) => [`GIT_${role}_${key}`, value]);
  const index = join(mkdtempSync(join(tmpdir(), "forge-")), "index");
  const env = { GIT_INDEX_FILE: index, ...Object.fromEntries([...person("AUTHOR", author), ...person("COMMITTER", committer)]) };
  git(slug, ["read-tree", expectedHeadOid], { env });
  for (const { path, contents } of fileChanges.additions ?? []) {
    const blob = git(slug, ["hash-object", "-w", "--stdin"], { input: Buffer.from(contents, "base64") });
    git(slug, ["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`], { env });
  }
  const input = [message.headline, message.body].filter(Boolean).join("\n\n");
  const oid = git(slug, ["commit-tree", git(slug, ["write-tree"], { env }), "-p", expectedHeadOid], { env, input });
  git(slug, ["update-ref", ref, oid]);
  follow(store, store.repos.findOneBy("full_name", slug));
  return { data: { createCommitOnBranch: { commit: { oid } } } };
}

/** What stands between the wire and emulate: the test's own paths, and the answers of GitHub that emulate lacks. */
function front(store, tokens, emulate) {
  return async (request) => {
    const path = new URL(request.url).pathname;
    if (path === "/_test/requests") return Response.json(journal);
    const [, area, owner, name, ...rest] = path.split("/");
    const repo = store.repos.findOneBy("full_name", area === "_test" ? `${name}/${rest}` : `${owner}/${name}`);
    if (area === "_test") return follow(store, repo) ?? new Response(null, { status: 204 });
    const token = request.headers.get("Authorization")?.replace(/^(Bearer|token) /i, "");
    const login = tokens.get(token)?.login ?? null;
    const response = await answer(request, { path, token, login, repo, place: rest.join("/") });
    journal.push({ method: request.method, path, login, status: response.status });
    return response;
  };

  async function answer(request, { path, token, login, repo, place }) {
    if (token && !login) return refused(401, "Bad credentials");
    const body = request.method === "GET" ? {} : await request.clone().json().catch(() => ({}));
    if (path === "/graphql") return Response.json(createCommitOnBranch(store, body.variables.input, login));
    const opens = request.method === "POST" && place === "pulls" && repo;
    const response = (opens && objection(store, repo, body)) || (await emulate(request));
    if (response.ok && request.method !== "GET" && place.startsWith("git/refs")) moveRef(repo, request.method, place, body);
    return response;
  }

  function moveRef(repo, method, place, body) {
    const ref = method === "POST" ? body.ref : decodeURIComponent(place.replace(/^git\//, ""));
    git(repo.full_name, method === "DELETE" ? ["update-ref", "-d", ref] : ["update-ref", ref, body.sha]);
    follow(store, repo);
  }
}

const register = githubPlugin.register;
githubPlugin.register = (app, store, webhooks, baseUrl, tokens) => {
  const github = getGitHubStore(store);
  app.fetch = front(github, tokens, app.fetch);
  register.call(githubPlugin, app, store, webhooks, baseUrl, tokens);
  setTimeout(() => github.repos.all().filter((repo) => existsSync(bare(repo.full_name))).forEach((repo) => follow(github, repo)), 0);
};

await createEmulator({ service: "github", port: Number(port), seed, baseUrl: `http://127.0.0.1:${port}` });
