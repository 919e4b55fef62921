// Next-token probabilities from llama.cpp, for verify.py. node verify_llama.mjs MODULE_DIR MODEL TEXT_FILE
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [dir, modelPath, textFile] = process.argv.slice(2);
const entry = createRequire(dir + "/x.js").resolve("node-llama-cpp");
const { getLlama } = await import(pathToFileURL(entry).href);
const llama = await getLlama({ gpu: false, build: "never", logLevel: "error" });
const model = await llama.loadModel({ modelPath });
const context = await model.createContext({
    contextSize: 512, flashAttention: false, experimentalKvCacheKeyType: "F32", experimentalKvCacheValueType: "F32",
});
const sequence = context.getSequence();
const exact = { temperature: 1, topK: 0, topP: 1, minP: 0 };
const tokens = [model.tokens.bos, ...model.tokenize(readFileSync(textFile, "utf8"))];
const input = tokens.map((t) => [t, { generateNext: { probabilities: true, options: exact } }]);
const out = await sequence.controlledEvaluate(input);
const answer = JSON.stringify({
    tokens, bos: model.tokens.bos, prependBos: model.tokens.shouldPrependBosToken,
    next: out.map((o) => [...o.next.probabilities].slice(0, 20)),
});
// A pipe takes it in pieces: leaving sooner would cut it off.
process.stdout.write(answer, () => process.exit(0));
