// Lets toggl-focus drive the SDK of sdk.go. Nothing here needs to be changed.
// It reads a JSON message per line from standard input and writes a reply per line to standard output.

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Auth is what a client signs in with.
type Auth struct{ Kind, Token, Username, Password string }

// Arguments are those of a call.
type Arguments struct {
	Path, Query map[string]any
	Body        any
	Options     struct {
		TimeoutMS  int `json:"timeout_ms"`
		MaxRetries int `json:"max_retries"`
	}
}

// ID is an id of the path, 0 if it is not an integer.
func (a Arguments) ID(name string) int64 {
	id, _ := strconv.ParseInt(fmt.Sprint(a.Path[name]), 10, 64)
	return id
}

// Error is what an error of the SDK means.
type Error struct {
	Kind    string `json:"kind"`
	Status  int    `json:"status,omitempty"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
}

// FillIn is the error of a call that is not filled in.
type FillIn string

func (f FillIn) Error() string { return string(f) }

type message struct {
	Type, ID, Operation, Consume string
	BaseURL                      string `json:"base_url"`
	Auth                         Auth
	Options                      json.RawMessage
	Arguments                    Arguments
}

type object = map[string]any

var (
	protocol = os.Stdout
	clients  = map[string]*Client{}
)

// given is an argument as the SDK gets it: $int and $datetime are there so that nothing rounds them.
func given(value any) any {
	switch value := value.(type) {
	case []any:
		for at, each := range value {
			value[at] = given(each)
		}
	case object:
		if integer, ok := value["$int"].(string); ok && len(value) == 1 {
			return json.Number(integer)
		}
		if timestamp, ok := value["$datetime"].(string); ok && len(value) == 1 {
			return timestamp
		}
		for name, each := range value {
			value[name] = given(each)
		}
	}
	return value
}

// result is what the SDK gave as JSON, with integers that no reader rounds.
func result(value any) (any, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	var plain any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	err = decoder.Decode(&plain)
	return exact(plain), err
}

func exact(value any) any {
	switch value := value.(type) {
	case []any:
		for at, each := range value {
			value[at] = exact(each)
		}
	case object:
		for name, each := range value {
			value[name] = exact(each)
		}
	case json.Number:
		if _, err := value.Int64(); err == nil {
			return object{"$int": value.String()}
		}
	}
	return value
}

func call(msg message) object {
	basic := false
	for _, each := range features {
		basic = basic || each == "basic"
	}
	if msg.Auth.Kind == "basic" && !basic {
		return object{"outcome": "skip", "feature": "basic"}
	}
	key := fmt.Sprint(msg.BaseURL, msg.Auth)
	client, ok := clients[key]
	if !ok {
		made, err := makeClient(msg.BaseURL, msg.Auth)
		if err != nil {
			return failed(err)
		}
		client, clients[key] = made, made
	}
	arguments := msg.Arguments
	given(arguments.Path)
	given(arguments.Query)
	arguments.Body = given(arguments.Body)
	if err := json.Unmarshal(msg.Options, &arguments.Options); err != nil {
		return failed(err)
	}
	one, several := calls[msg.Operation], iterators[msg.Operation]
	if several != nil && (one == nil || msg.Consume != "") {
		return items(client, arguments, several, msg.Consume)
	} else if one == nil {
		return failed(fmt.Errorf("there is no %s", msg.Operation))
	}
	value, err := one(client, arguments)
	if err != nil {
		return refused(err)
	}
	plain, err := result(value)
	if err != nil {
		return failed(err)
	}
	return object{"outcome": "value", "value": plain}
}

func items(client *Client, arguments Arguments, source func(*Client, Arguments, func(any) bool) error, consume string) object {
	most, _ := strconv.Atoi(strings.TrimPrefix(consume, "first:"))
	found := []any{}
	var wrong error
	err := source(client, arguments, func(item any) bool {
		plain, err := result(item)
		wrong = err
		found = append(found, plain)
		return err == nil && len(found) != most
	})
	if wrong != nil {
		return failed(wrong)
	}
	reply := object{"outcome": "items", "items": found, "complete": err == nil}
	if err != nil {
		reply["error"] = described(err)
	}
	return reply
}

func refused(err error) object {
	var missing FillIn
	if errors.As(err, &missing) {
		return failed(err)
	}
	return object{"outcome": "error", "error": described(err)}
}

// failed is for what is the adapter's fault and not the SDK's.
func failed(err error) object { return object{"outcome": "adapter_error", "message": err.Error()} }

func reply(msg message) object {
	switch msg.Type {
	case "call":
		return call(msg)
	case "decode", "encode":
		return object{"outcome": "skip", "feature": "codec"}
	}
	return failed(fmt.Errorf("unknown message %s", msg.Type))
}

func say(reply object) {
	line, err := json.Marshal(reply)
	if err != nil {
		line, _ = json.Marshal(object{"id": reply["id"], "outcome": "adapter_error", "message": err.Error()})
	}
	protocol.Write(append(line, '\n'))
}

func main() {
	os.Stdout = os.Stderr // what the SDK prints must not get between the replies
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return
		}
		decoder := json.NewDecoder(bytes.NewReader(line))
		decoder.UseNumber()
		var msg message
		if err := decoder.Decode(&msg); err != nil {
			fmt.Fprintln(os.Stderr, "not a message:", err)
			continue
		}
		switch msg.Type {
		case "bye":
			return
		case "hello":
			var names []string
			for each := range calls {
				names = append(names, each)
			}
			for each := range iterators {
				if calls[each] == nil {
					names = append(names, each)
				}
			}
			sdk := object{"name": name, "version": version, "language": "Go"}
			say(object{"type": "hello", "protocol": 1, "sdk": sdk, "operations": names, "features": features})
		default:
			if msg.ID != "" {
				response := reply(msg)
				response["id"] = msg.ID
				say(response)
			}
		}
	}
}
