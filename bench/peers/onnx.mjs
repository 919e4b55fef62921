/**
 * onnxruntime's quantised products, for bench/kernel.mjs: one node per model, written as ONNX protobuf here (onnx.proto3 of
 * onnx 1.x; operators of com.microsoft, ContribOperators.md). One thread.
 */
import { createRequire } from 'node:module';

/** Undefined, and said, where the peers are not installed. */
export async function onnxKernels(random) {
  const require = createRequire(import.meta.url);
  let ort;
  try {
    ort = require('onnxruntime-node');
  } catch {
    console.log('onnxruntime-node is not installed here: cd bench && npm install --ignore-scripts');
    return undefined;
  }
  const { version } = require('onnxruntime-node/package.json');
  /** A function that multiplies n rows of activations by random weights of this shape. */
  const make = async (model, cols, n) => {
    const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
    const x = new ort.Tensor(
      'float32',
      Float32Array.from({ length: n * cols }, () => random() - 0.5),
      [n, cols],
    );
    return { run: () => session.run({ x }), end: () => session.release() };
  };
  const noise = (length) => Uint8Array.from({ length }, () => random() * 256);
  const scales = (length) => new Uint8Array(Float32Array.from({ length }, () => random() / 100).buffer);
  return {
    version: `onnxruntime-node ${version}`,
    kernels: {
      // accuracy_level 4: activations in 8 bits, as ours.
      ...Object.fromEntries(
        [8, 4].map((bits) => [
          `MatMulNBits ${bits}`,
          (rows, cols, n) => {
            const attributes = { K: cols, N: rows, bits, block_size: 32, accuracy_level: 4 };
            const blocks = cols / 32;
            const weights = [
              tensor('w', UINT8, [rows, blocks, 4 * bits], noise(rows * blocks * 4 * bits)),
              tensor('s', FLOAT, [rows * blocks], scales(rows * blocks)),
            ];
            return make(modelOf('MatMulNBits', ['x', 'w', 's'], attributes, weights, rows, cols), cols, n);
          },
        ]),
      ),
      // One scale for all of the weights: less accurate than a scale per 32.
      DynamicQuantizeMatMul: (rows, cols, n) => {
        const weights = [
          tensor('w', UINT8, [cols, rows], noise(rows * cols)),
          tensor('s', FLOAT, [], scales(1)),
          tensor('z', UINT8, [], Uint8Array.of(128)),
        ];
        return make(modelOf('DynamicQuantizeMatMul', ['x', 'w', 's', 'z'], {}, weights, rows, cols), cols, n);
      },
    },
  };
}

const FLOAT = 1;
const UINT8 = 2;

/** ModelProto with one node x → y. */
function modelOf(operator, inputs, attributes, initializers, rows, cols) {
  const node = [
    ...inputs.map((name) => text(1, name)),
    text(2, 'y'),
    text(4, operator),
    // AttributeProto: name 1, i 3, type 20 (INT: 2)
    ...Object.entries(attributes).map(([name, value]) => field(5, [text(1, name), number(3, value), number(20, 2)])),
    text(7, 'com.microsoft'),
  ];
  const graph = [
    field(1, node),
    text(2, 'one'),
    ...initializers.map((each) => field(5, each)),
    field(11, valueInfo('x', cols)),
    field(12, valueInfo('y', rows)),
  ];
  const opset = (domain, version) => field(8, [text(1, domain), number(2, version)]);
  return Buffer.concat([number(1, 8), field(7, graph), opset('', 17), opset('com.microsoft', 1)]);
}

/** TensorProto: dims 1, data_type 2, name 8, raw_data 9. */
const tensor = (name, type, dims, bytes) => [
  ...dims.map((size) => number(1, size)),
  number(2, type),
  text(8, name),
  field(9, [bytes]),
];

/** ValueInfoProto of [any number of rows, size] in f32. */
function valueInfo(name, size) {
  const shape = field(2, [field(1, [text(2, 'n')]), field(1, [number(1, size)])]);
  return [text(1, name), field(2, [field(1, [number(1, FLOAT), shape])])];
}

function varint(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Buffer.from([...bytes, value]);
}

const number = (id, value) => Buffer.concat([varint(id * 8), varint(value)]);

function field(id, parts) {
  const body = Buffer.concat(parts);
  return Buffer.concat([varint(id * 8 + 2), varint(body.length), body]);
}

const text = (id, value) => field(id, [Buffer.from(value)]);
