// Every line of this file ends with a carriage return and a line feed.
function clamp(value, low, high) {
  if (value < low) return low;
  if (value > high) return high;
  return value;
}

const values = [-3, 0, 7, 12];
for (const value of values) {
  console.log(value, clamp(value, 0, 10));
}
