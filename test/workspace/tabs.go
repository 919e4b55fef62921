package main

import "fmt"

func fizzBuzz(limit int) []string {
	var lines []string
	for i := 1; i <= limit; i++ {
		switch {
		case i%15 == 0:
			lines = append(lines, "FizzBuzz")
		case i%3 == 0:
			lines = append(lines, "Fizz")
		case i%5 == 0:
			lines = append(lines, "Buzz")
		default:
			lines = append(lines, fmt.Sprint(i))
		}
	}
	return lines
}

func main() {
	for _, line := range fizzBuzz(15) {
		fmt.Println(line)
	}
}
