// Command probe is a program under test for this package's tests: it knows
// nothing of any mock.
package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"
)

var commands = map[string]func(args []string) error{
	"get": get, "dial": dial, "serve": serve, "print": printFiles, "exit": exit, "sleep": sleep,
	"interfaces": interfaces,
}

func main() {
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "want a command")
		os.Exit(64)
	}
	if err := commands[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

// get fetches URLs and prints the bodies.
func get(urls []string) error {
	for _, url := range urls {
		r, err := http.Get(url)
		if err != nil {
			return err
		}
		_, err = io.Copy(os.Stdout, r.Body)
		if err := errors.Join(err, r.Body.Close()); err != nil {
			return err
		}
	}
	return nil
}

// dial says something to each pair of network and address, and prints what
// comes of it.
func dial(args []string) error {
	for i := 0; i+1 < len(args); i += 2 {
		start := time.Now()
		err := say(args[i], args[i+1])
		verdict := "slow"
		if time.Since(start) < time.Second {
			verdict = "at once"
		}
		if errors.Is(err, syscall.ECONNREFUSED) {
			fmt.Println(args[i], args[i+1], "refused", verdict)
		} else {
			fmt.Println(args[i], args[i+1], err, verdict)
		}
	}
	return nil
}

func say(network, address string) error {
	c, err := net.DialTimeout(network, address, 5*time.Second)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	if _, err := c.Write([]byte("hello")); err != nil {
		return err
	}
	_, err = c.Read(make([]byte, 16))
	return err
}

// serve is an HTTP server at an address; /get?URL fetches.
func serve(args []string) error {
	l, err := net.Listen("tcp", args[0])
	if err != nil {
		return err
	}
	return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/get" {
			fmt.Fprint(w, "served at "+args[0])
			return
		}
		answer, err := http.Get(r.URL.RawQuery)
		if err != nil {
			fmt.Fprint(w, err)
			return
		}
		defer answer.Body.Close()
		_, _ = io.Copy(w, answer.Body)
	}))
}

// printFiles prints files, "-" for standard input.
func printFiles(paths []string) error {
	for _, p := range paths {
		f := os.Stdin
		if p != "-" {
			var err error
			if f, err = os.Open(p); err != nil {
				return err
			}
		}
		if _, err := io.Copy(os.Stdout, f); err != nil {
			return err
		}
	}
	return nil
}

// exit exits with 42.
func exit([]string) error {
	os.Exit(42)
	return nil
}

// sleep says so and sleeps.
func sleep([]string) error {
	fmt.Println("asleep")
	time.Sleep(time.Hour)
	return nil
}

// interfaces prints the names of the network interfaces.
func interfaces([]string) error {
	all, err := net.Interfaces()
	for _, i := range all {
		fmt.Println(i.Name)
	}
	return err
}
