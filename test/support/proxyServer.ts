/** A proxy on the loopback address: CONNECT for https, whole addresses for http, and what it was asked for. */
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

export interface ProxyServer {
  address: string;
  /** "CONNECT host:port", "GET http://host:port/…". */
  taken: string[];
  /** With this status it lets nobody through. */
  refuses?: number;
  close(): Promise<void>;
}

/** @param port 0: any */
export async function startProxy(port = 0): Promise<ProxyServer> {
  const open = new Set<Socket>();
  /** Over a socket of its own: Node's http would be led through this proxy again. */
  const through = ({ socket }: IncomingMessage, target: URL, onOpen: (onward: Socket) => void): void => {
    const onward = connect(Number(target.port), target.hostname, () => {
      onOpen(onward);
      onward.pipe(socket);
    });
    for (const [one, other] of [
      [onward, socket],
      [socket, onward],
    ]) {
      open.add(one);
      one.on('error', () => other.destroy()).on('close', () => open.delete(one));
    }
  };
  const server = createServer((incoming) => {
    const { method, url, rawHeaders } = incoming;
    proxy.taken.push(`${method} ${url}`);
    const target = new URL(url!);
    const headers = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${rawHeaders[i + 1]}\r\n`] : []));
    const asked = `${method} ${target.pathname}${target.search} HTTP/1.1\r\n${headers.join('')}\r\n`;
    through(incoming, target, (onward) => void onward.write(asked));
  });
  server.on('connect', (incoming, socket: Socket) => {
    proxy.taken.push(`CONNECT ${incoming.url}`);
    if (proxy.refuses) return void socket.end(`HTTP/1.1 ${proxy.refuses} No\r\ncontent-length: 0\r\n\r\n`);
    through(incoming, new URL(`http://${incoming.url}`), (onward) => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(onward);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const proxy: ProxyServer = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken: [],
    close: async () => {
      for (const socket of open) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
