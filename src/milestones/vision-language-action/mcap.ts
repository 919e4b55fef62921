/** A topic log as an MCAP file (https://mcap.dev/spec), written by Foxglove's own library: JSON messages with JSON schemas. */
import { McapWriter, TempBuffer } from '@mcap/core';
import type { Message } from './options';

const number = { type: 'number' };
const text = { type: 'string' };
const of = (properties: object): object => ({ type: 'object', properties });
const listOf = (items: object): object => ({ type: 'array', items });
const header = of({ stamp: of({ sec: { type: 'integer' }, nanosec: { type: 'integer' } }), frame_id: text });
const pose = of({
  position: of({ x: number, y: number, z: number }),
  orientation: of({ x: number, y: number, z: number, w: number }),
});
const poseStamped = of({ header, pose });

/** Of the ROS 2 types that the log has. */
const SCHEMAS: Readonly<Record<string, object>> = {
  'std_msgs/msg/String': of({ data: text }),
  'std_msgs/msg/Bool': of({ data: { type: 'boolean' } }),
  'std_msgs/msg/Int32MultiArray': of({
    layout: of({ dim: listOf(of({ label: text, size: number, stride: number })), data_offset: number }),
    data: listOf({ type: 'integer' }),
  }),
  'sensor_msgs/msg/Image': of({
    header,
    height: number,
    width: number,
    encoding: text,
    is_bigendian: number,
    step: number,
    data: { type: 'string', contentEncoding: 'base64' },
  }),
  'geometry_msgs/msg/PoseStamped': poseStamped,
  'nav_msgs/msg/Path': of({ header, poses: listOf(poseStamped) }),
};

/** In the order of the log; log times are of the simulation. Deterministic. */
export async function mcapOf(log: readonly Message[]): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const file = new TempBuffer();
  const writer = new McapWriter({ writable: file });
  await writer.start({ profile: '', library: 'attention-explainer' });
  const schemas = new Map<string, number>();
  const channels = new Map<string, number>();
  for (const [sequence, { time, topic, type, message }] of log.entries()) {
    if (!schemas.has(type)) schemas.set(type, await writer.registerSchema({ name: type, encoding: 'jsonschema', data: encoder.encode(JSON.stringify(SCHEMAS[type])) })); // prettier-ignore
    if (!channels.has(topic)) channels.set(topic, await writer.registerChannel({ topic, messageEncoding: 'json', schemaId: schemas.get(type)!, metadata: new Map() })); // prettier-ignore
    const logTime = BigInt(Math.round(time * 1e9));
    await writer.addMessage({ channelId: channels.get(topic)!, sequence, logTime, publishTime: logTime, data: encoder.encode(JSON.stringify(message)) }); // prettier-ignore
  }
  await writer.end();
  return Uint8Array.from(file.get());
}
