#!/usr/bin/env bash
# The steps of a release that are ours: check VERSION IMAGE_REPOSITORY, tag VERSION IMAGE@DIGEST, notes VERSION.
set -Eeuo pipefail
cd "$(dirname -- "${BASH_SOURCE[0]}")/.."

stop() {
  echo "$1" >&2
  exit 1
}

check() {  # whether VERSION can be released; prints the registry of IMAGE_REPOSITORY for $GITHUB_OUTPUT
  local version=$1 repository=${2:-}
  [[ $version =~ ^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$ ]] || stop "'$version' is no version: give X.Y.Z."
  [[ $repository =~ ^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)+$ ]] ||
    stop "The variable IMAGE_REPOSITORY must name the image as REGISTRY/PATH, in small letters: '$repository' does not."
  grep --quiet --line-regexp --fixed-strings "__version__ = \"$version\"" homeostat/__init__.py ||
    stop "homeostat/__init__.py has another version than $version: set it on the default branch first."
  [ -n "$(notes "$version")" ] || stop "CHANGELOG.md has no heading '## $version' with text below: write it first."
  authenticate
  [ -z "$(git ls-remote origin "refs/tags/v$version")" ] || stop "The tag v$version is there: release the next version."
  echo "registry=${repository%%/*}"
}

tag() {  # a commit that the tags alone reach, with the image in action.yml; both tags are pushed at once or not at all
  local version=$1 image=$2 name=v$1 major=v${1%%.*}
  [[ $image =~ ^[a-z0-9./:_-]+@sha256:[0-9a-f]{64}$ ]] || stop "'$image' is no image by digest."
  authenticate
  if git fetch --quiet --depth=1 --no-tags origin "refs/tags/$name:refs/tags/$name" 2>/dev/null; then
    git show "$name:action.yml" | grep --quiet --fixed-strings "HOMEOSTAT_IMAGE: $image" ||
      stop "The tag $name is there with another image: tags of releases do not move. Release the next version."
  else
    write_image "$image"
    git -c user.name="$author" -c user.email="$email" commit --quiet --message "Release $version" -- action.yml
    git -c user.name="$author" -c user.email="$email" tag --annotate --message "Homeostat $version" "$name"
  fi
  git push --quiet --atomic origin "refs/tags/$name" "+refs/tags/$name^{commit}:refs/tags/$major"
}

author='github-actions[bot]'
email='41898282+github-actions[bot]@users.noreply.github.com'

write_image() {
  sed --in-place --regexp-extended "s|^( +HOMEOSTAT_IMAGE:).*|\1 $1|" action.yml
  [ "$(git diff --numstat)" = "1	1	action.yml" ] || stop "action.yml has no line HOMEOSTAT_IMAGE that can be set."
}

authenticate() {  # the token stays in the environment: in no URL, argument or file
  [ -n "${GITHUB_TOKEN:-}" ] || return 0
  export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.${GITHUB_SERVER_URL:?}/.extraheader" GIT_CONFIG_VALUE_0
  GIT_CONFIG_VALUE_0="Authorization: Basic $(printf 'x-access-token:%s' "$GITHUB_TOKEN" | base64 --wrap=0)"
}

notes() {  # what CHANGELOG.md says below the heading of VERSION
  awk -v heading="## $1" '/^## / { on = ($0 == heading || index($0, heading " ") == 1); next } on' CHANGELOG.md | sed '/./,$!d'
}

"$@"
