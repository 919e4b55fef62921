/** The loop of one instruction as messages on topics, in the shape of ROS 2's types; times are of the simulation. */
import { SIDE, tokensOf } from './actions';
import type { Message, Seen } from './options';
import { PATCH } from './things';

/** Seconds that the arm takes for a cell, and the net for an answer: of the simulation, not measured. */
const CELL_S = 0.2;
const ANSWER_S = 0.1;
/** Cells to a metre. */
const CELLS_PER_M = 10;
const FRAME = 'table';
/** Of the array of tokens, in their order. */
const TOKENS_ARE = 'verb place direction';

export function logOf(seen: Omit<Seen, 'log'>): Message[] {
  const { done, words, pixels, reach, moved } = seen;
  const log: Message[] = [];
  const say = (time: number, topic: string, type: string, message: object): void => void log.push({ time, topic, type, message }); // prettier-ignore
  const header = (time: number) => ({ stamp: stampOf(time), frame_id: FRAME });
  const pose = (cell: number) => ({
    position: { x: (cell % SIDE) / CELLS_PER_M, y: Math.floor(cell / SIDE) / CELLS_PER_M, z: 0 },
    orientation: { x: 0, y: 0, z: 0, w: 1 },
  });
  const path = (cells: readonly number[], time: number) => ({
    header: header(time),
    poses: cells.map((cell) => ({ header: header(time), pose: pose(cell) })),
  });
  const side = SIDE * PATCH;
  say(0, '/instruction', 'std_msgs/msg/String', { data: words.join(' ') });
  say(0, '/camera/image', 'sensor_msgs/msg/Image', { header: header(0), height: side, width: side, encoding: 'mono8', is_bigendian: 0, step: side, data: base64Of(pixels) }); // prettier-ignore
  const tokens = tokensOf(done);
  say(ANSWER_S, '/policy/tokens', 'std_msgs/msg/Int32MultiArray', { layout: { dim: [{ label: TOKENS_ARE, size: tokens.length, stride: tokens.length }], data_offset: 0 }, data: tokens }); // prettier-ignore
  say(ANSWER_S, '/policy/action', 'std_msgs/msg/String', { data: `${done.verb} ${done.direction}` });
  say(ANSWER_S, '/goal_pose', 'geometry_msgs/msg/PoseStamped', { header: header(ANSWER_S), pose: pose(done.cell) });
  let time = ANSWER_S;
  for (const way of [reach ?? [], moved.length > 1 ? moved : []]) {
    if (way.length === 0) continue;
    say(time, '/plan', 'nav_msgs/msg/Path', path(way, time));
    for (const cell of way.slice(1)) {
      time = Math.round(10 * (time + CELL_S)) / 10;
      say(time, '/arm/pose', 'geometry_msgs/msg/PoseStamped', { header: header(time), pose: pose(cell) });
    }
  }
  say(time, '/arm/reached', 'std_msgs/msg/Bool', { data: reach !== null });
  return log;
}

const stampOf = (time: number) => ({ sec: Math.floor(time), nanosec: Math.round((time % 1) * 10) * 100_000_000 });

function base64Of(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
