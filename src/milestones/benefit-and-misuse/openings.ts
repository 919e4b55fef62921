/** Beginnings that the model writes on from, written for this project. */
import type { Kind } from './options';

export const OPENINGS: Readonly<Record<Kind, readonly string[]>> = {
  code: [
    'export function readConfig(path: string): Config {\n  const text = ',
    'class Queue:\n    def __init__(self):\n        self.items = []\n\n    def push(self, item):\n',
    'describe("the parser", () => {\n  it("reads a list", () => {\n    const result = ',
    'def count_words(text):\n    """Counts the words of a text."""\n    counts = {}\n',
    'const server = http.createServer((request, response) => {\n  ',
    'import os\nimport sys\n\ndef main():\n    path = ',
    'export interface Options {\n  /** Where the files lie. */\n  ',
    'for (let i = 0; i < rows.length; i++) {\n  const row = rows[i];\n  ',
  ],
  english: [
    'The morning was cold, and the old man at the gate ',
    'In the village by the river there lived ',
    'She opened the letter, read it twice, and ',
    'Of all the rooms in the house, the one that ',
    'The train was late again, so that we ',
    '"You may be right," said the doctor, "but ',
    'When the war was over, the two brothers ',
    'There is a kind of silence that comes ',
  ],
  chinese: [
    '打开设置，选择需要的选项，然后',
    '如果文件已经存在，',
    '这个扩展可以帮助你',
    '安装完成之后，请',
    '无法连接到服务器，',
    '在编辑器中选择一段代码，',
    '你可以使用以下命令来',
    '更新到最新版本后，',
  ],
};
