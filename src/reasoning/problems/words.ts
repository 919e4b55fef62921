/**
 * Words of the generated problems, as training/problem_words.py has them. {a} and {b} are people, {x} the thing, {n} the
 * number. Each operation: (sentence in the question, short form in the step).
 */
import type { SceneWords } from './scene';

export interface Scene {
  en: SceneWords;
  zh: SceneWords;
  /** Things of its own. */
  items?: { en: readonly string[]; zh: readonly string[] };
}

export const NAMES = {
  en: [
    'John',
    'Mary',
    'Tom',
    'Anna',
    'Ben',
    'Lucy',
    'Sam',
    'Emma',
    'Jack',
    'Sara',
    'Leo',
    'Mia',
    'Paul',
    'Nina',
    'Max',
    'Ella',
    'Omar',
    'Rosa',
    'Ivan',
    'Kate',
    'Hugo',
    'Lily',
    'Adam',
    'Zoe',
    'Carl',
    'Ruth',
    'Noah',
    'Jane',
    'Eric',
    'Maya',
  ],
  zh: [
    '约翰',
    '小明',
    '小红',
    '小华',
    '小丽',
    '小刚',
    '李雷',
    '韩梅',
    '张伟',
    '王芳',
    '小强',
    '小云',
    '小军',
    '小美',
    '陈晨',
    '刘洋',
    '小龙',
    '小雨',
    '阿杰',
    '安娜',
  ],
};

export const ITEMS = {
  en: [
    'apples',
    'rabbits',
    'books',
    'pencils',
    'stickers',
    'marbles',
    'coins',
    'cards',
    'cookies',
    'flowers',
    'stamps',
    'shells',
    'balloons',
    'eggs',
    'toys',
    'candies',
    'pens',
    'oranges',
    'cats',
    'buttons',
    'stones',
  ],
  zh: [
    '个苹果',
    '只兔子',
    '本书',
    '支铅笔',
    '张贴纸',
    '颗弹珠',
    '枚硬币',
    '张卡片',
    '块饼干',
    '朵花',
    '张邮票',
    '个贝壳',
    '个气球',
    '个鸡蛋',
    '个玩具',
    '颗糖',
    '支钢笔',
    '个橙子',
    '只猫',
    '颗纽扣',
  ],
};

const OWN: Scene = {
  en: {
    start: ['{a} has {n} {x}.', 'At first {a} has {n} {x}.', "There are {n} {x} in {a}'s bag."],
    ask: [
      'How many {x} does {a} have now?',
      'How many {x} does {a} have in the end?',
      'How many {x} are left with {a}?',
    ],
    ops: {
      add: [
        ['{a} buys {n} more.', '{a} buys {n}'],
        ['{b} gives {a} {n} {x}.', '{b} gives {n}'],
        ['Then {a} finds {n} {x}.', '{a} finds {n}'],
        ['{a} gets {n} more {x} from {b}.', '{a} gets {n}'],
      ],
      sub: [
        ['{a} gives {n} to {b}.', '{a} gives {n}'],
        ['{a} loses {n} {x}.', '{a} loses {n}'],
        ['Then {a} sells {n} of them.', '{a} sells {n}'],
        ['{b} takes {n} {x} away.', '{b} takes {n}'],
      ],
      mul: [
        ['Then the number becomes {n} times as large.', '{n} times as many'],
        ['{a} now collects until there are {n} times as many.', '{n} times as many'],
      ],
      div: [
        ['{a} shares them equally among {n} people and keeps one share.', 'share among {n}'],
        ['{a} puts them into {n} equal piles and keeps one pile.', '{n} equal piles'],
      ],
    },
  },
  zh: {
    start: ['{a}有{n}{x}。', '一开始{a}有{n}{x}。', '{a}的包里有{n}{x}。'],
    ask: ['{a}现在有多少{x}？', '最后{a}有多少{x}？', '{a}还剩多少{x}？'],
    ops: {
      add: [
        ['{a}又买了{n}{x}。', '{a}买了{n}'],
        ['{b}给了{a}{n}{x}。', '{b}给了{n}'],
        ['然后{a}找到{n}{x}。', '{a}找到{n}'],
      ],
      sub: [
        ['{a}给了{b}{n}{x}。', '{a}给了{n}'],
        ['{a}丢了{n}{x}。', '{a}丢了{n}'],
        ['然后{a}卖掉{n}{x}。', '{a}卖掉{n}'],
        ['{b}拿走{n}{x}。', '{b}拿走{n}'],
      ],
      mul: [['后来数量变成原来的{n}倍。', '变成{n}倍']],
      div: [
        ['{a}把它们平均分给{n}个人，自己留一份。', '平均分成{n}份'],
        ['{a}平均分成{n}堆，只留一堆。', '平均分成{n}份'],
      ],
    },
  },
};

const SHOP: Scene = {
  en: {
    start: ['A shop has {n} {x}.', 'The shop of {a} starts the day with {n} {x}.'],
    ask: ['How many {x} does the shop have at the end?', 'How many {x} are in the shop now?'],
    ops: {
      add: [
        ['A truck brings {n} more.', 'truck brings {n}'],
        ['The shop orders {n} new {x}.', 'orders {n}'],
      ],
      sub: [
        ['It sells {n} {x}.', 'sells {n}'],
        ['{b} buys {n} {x} there.', '{b} buys {n}'],
        ['{n} {x} are broken and thrown away.', '{n} broken'],
      ],
      mul: [['The owner makes the stock {n} times as large.', '{n} times as many']],
    },
  },
  zh: {
    start: ['商店里有{n}{x}。', '{a}的商店早上有{n}{x}。'],
    ask: ['商店最后有多少{x}？', '商店现在有多少{x}？'],
    ops: {
      add: [
        ['卡车又送来{n}{x}。', '送来{n}'],
        ['商店新进了{n}{x}。', '新进{n}'],
      ],
      sub: [
        ['卖出{n}{x}。', '卖出{n}'],
        ['{b}在那里买了{n}{x}。', '{b}买了{n}'],
        ['有{n}{x}坏了被扔掉。', '扔掉{n}'],
      ],
      mul: [['老板把库存变成{n}倍。', '变成{n}倍']],
    },
  },
};

const MONEY: Scene = {
  en: {
    start: ['{a} has {n} dollars.', '{a} saved {n} dollars.'],
    ask: ['How many dollars does {a} have now?', 'How much money does {a} have left?'],
    ops: {
      add: [
        ['{a} earns {n} dollars.', 'earns {n}'],
        ['{b} gives {a} {n} dollars.', '{b} gives {n}'],
      ],
      sub: [
        ['{a} spends {n} dollars on {x}.', 'spends {n}'],
        ['{a} pays {b} {n} dollars.', 'pays {n}'],
      ],
      mul: [['With luck the money grows to {n} times as much.', '{n} times as much']],
      div: [['{a} splits the money equally among {n} friends and takes one part.', 'split among {n}']],
    },
  },
  zh: {
    start: ['{a}有{n}元。', '{a}存了{n}元。'],
    ask: ['{a}现在有多少元？', '{a}还剩多少钱？'],
    ops: {
      add: [
        ['{a}挣了{n}元。', '挣了{n}'],
        ['{b}给{a}{n}元。', '{b}给{n}'],
      ],
      sub: [
        ['{a}花了{n}元。', '花了{n}'],
        ['{a}付给{b}{n}元。', '付给{n}'],
      ],
      mul: [['后来钱变成原来的{n}倍。', '变成{n}倍']],
      div: [['{a}把钱平均分给{n}个朋友，自己拿一份。', '平均分成{n}份']],
    },
  },
};

const GROUPS: Scene = {
  en: {
    start: ['Each box holds {n} {x}.', 'There are {n} {x} in every basket.'],
    ask: ['How many {x} are there altogether?', 'How many {x} does {a} count?'],
    ops: {
      add: [
        ['{b} adds {n} {x}.', '{b} adds {n}'],
        ['{n} {x} more lie on the table.', '{n} on the table'],
      ],
      sub: [
        ['{n} of the {x} are taken out.', 'take out {n}'],
        ['{a} throws {n} away.', 'throws away {n}'],
      ],
      mul: [
        ['{a} has {n} of these full.', '{n} full'],
        ['There are {n} of them.', '{n} of them'],
      ],
    },
  },
  zh: {
    start: ['每个盒子里有{n}{x}。', '每个篮子里有{n}{x}。'],
    ask: ['一共有多少{x}？', '{a}数到多少{x}？'],
    ops: {
      add: [
        ['{b}又放进{n}{x}。', '放进{n}'],
        ['桌上还有{n}{x}。', '桌上{n}'],
      ],
      sub: [
        ['拿出{n}{x}。', '拿出{n}'],
        ['{a}扔掉{n}{x}。', '扔掉{n}'],
      ],
      mul: [
        ['{a}有{n}个这样的。', '{n}个'],
        ['这样的一共有{n}个。', '{n}个'],
      ],
    },
  },
};

const FARM: Scene = {
  en: {
    start: ['A farmer has {n} {x}.', '{n} {x} live on the farm.'],
    ask: ['How many {x} are on the farm?', 'How many {x} does the farmer have?'],
    ops: {
      add: [
        ['{n} {x} are born.', '{n} born'],
        ['The farmer buys {n} more {x}.', 'buys {n}'],
      ],
      sub: [
        ['{n} {x} run away.', '{n} run away'],
        ['The farmer sells {n} {x} to {b}.', 'sells {n}'],
      ],
      mul: [['A year later there are {n} times as many.', '{n} times as many']],
      div: [['Only one of every {n} {x} stays.', 'one of every {n}']],
    },
  },
  zh: {
    start: ['农夫有{n}{x}。', '农场里有{n}{x}。'],
    ask: ['农场里有多少{x}？', '农夫有多少{x}？'],
    ops: {
      add: [
        ['又出生了{n}{x}。', '出生{n}'],
        ['农夫又买了{n}{x}。', '买了{n}'],
      ],
      sub: [
        ['跑掉了{n}{x}。', '跑掉{n}'],
        ['农夫卖给{b}{n}{x}。', '卖掉{n}'],
      ],
      mul: [['一年后数量是原来的{n}倍。', '变成{n}倍']],
      div: [['每{n}只里只留下一只。', '平均分成{n}份']],
    },
  },
  items: {
    en: ['sheep', 'cows', 'hens', 'ducks', 'goats', 'horses', 'pigs', 'geese'],
    zh: ['只羊', '只鸡', '只鸭', '只鹅', '只兔'],
  },
};

const GAME: Scene = {
  en: {
    start: ['In a game {a} starts with {n} points.', "{a}'s team has {n} points."],
    ask: ['How many points are there at the end of the game?', 'What is the score of {a}?'],
    ops: {
      add: [
        ['{a} scores {n} points.', 'scores {n}'],
        ['A bonus of {n} points is added.', 'bonus {n}'],
      ],
      sub: [
        ['A mistake costs {n} points.', 'mistake {n}'],
        ['{b} steals {n} points.', '{b} steals {n}'],
      ],
      mul: [['In the last round the score is multiplied by {n}.', 'multiplied by {n}']],
    },
  },
  zh: {
    start: ['游戏开始时{a}有{n}分。', '{a}的队有{n}分。'],
    ask: ['游戏结束时有多少分？', '{a}得了多少分？'],
    ops: {
      add: [
        ['{a}得了{n}分。', '得{n}'],
        ['奖励加{n}分。', '奖励{n}'],
      ],
      sub: [
        ['失误扣{n}分。', '扣{n}'],
        ['{b}抢走{n}分。', '抢走{n}'],
      ],
      mul: [['最后一轮分数乘以{n}。', '变成{n}倍']],
    },
  },
};

/** What the bundled model was trained on; the first is drawn three times as often. */
export const SCENES: readonly Scene[] = [OWN, OWN, OWN, SHOP, MONEY, GROUPS, FARM, GAME];

/** Never trained on. */
export const UNSEEN_SCENES: readonly Scene[] = [
  {
    en: {
      start: ['A bus starts with {n} people.', '{n} people sit in the bus.'],
      ask: ['How many people are in the bus now?', 'How many people are still in the bus?'],
      ops: {
        add: [
          ['At the stop {n} people get on.', '{n} get on'],
          ['{n} more people step in.', '{n} step in'],
        ],
        sub: [
          ['{n} people get off.', '{n} get off'],
          ['At the next stop {n} leave.', '{n} leave'],
        ],
      },
    },
    zh: {
      start: ['公共汽车上有{n}人。', '车上坐着{n}人。'],
      ask: ['现在车上有多少人？', '车上还有多少人？'],
      ops: {
        add: [
          ['到站上来{n}人。', '上来{n}'],
          ['又上车{n}人。', '上车{n}'],
        ],
        sub: [
          ['下车{n}人。', '下车{n}'],
          ['下一站下去{n}人。', '下去{n}'],
        ],
      },
    },
  },
  {
    en: {
      start: ['A library owns {n} novels.', '{n} novels stand on the shelf.'],
      ask: ['How many novels are on the shelf?', 'How many novels remain in the library?'],
      ops: {
        add: [
          ['Readers return {n} novels.', 'readers return {n}'],
          ['The library receives {n} novels as a gift.', 'receives {n}'],
        ],
        sub: [
          ['{b} borrows {n} novels.', '{b} borrows {n}'],
          ['{n} old novels are removed.', '{n} removed'],
        ],
        mul: [['A new wing makes the collection {n} times as big.', '{n} times as many']],
      },
    },
    zh: {
      start: ['图书馆有{n}本小说。', '书架上有{n}本小说。'],
      ask: ['书架上有多少本小说？', '图书馆还剩多少本小说？'],
      ops: {
        add: [
          ['读者还回{n}本。', '还回{n}'],
          ['图书馆收到赠书{n}本。', '收到{n}'],
        ],
        sub: [
          ['{b}借走{n}本。', '借走{n}'],
          ['清理掉{n}本旧书。', '清理{n}'],
        ],
        mul: [['扩建后藏书是原来的{n}倍。', '变成{n}倍']],
      },
    },
  },
];
