interface Item {
  name: string;
  price: number;
  count: number;
}

/** The sum of a basket, with ten percent off from a hundred on. */
export function basketTotal(items: Item[]): number {
  let total = 0;
  for (const item of items) {
    if (item.count > 0) {
      total += item.price * item.count;
    }
  }
  if (total >= 100) {
    total = total * 0.9;
  }
  return total;
}

const items: Item[] = [
  { name: 'apple', price: 2, count: 5 },
  { name: 'bread', price: 3, count: 1 },
  { name: 'cheese', price: 9, count: 2 },
];
console.log(basketTotal(items));
