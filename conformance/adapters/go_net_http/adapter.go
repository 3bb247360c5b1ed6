// The adapter: the protocol on one side, the client of client.go on the other.

package main

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

type message struct {
	Type, ID, Operation, Consume string
	BaseURL                      string `json:"base_url"`
	Auth                         struct{ Kind, Token, Username, Password string }
	Options                      struct {
		Timeout    int64 `json:"timeout_ms"`
		MaxRetries int   `json:"max_retries"`
	}
	Arguments struct {
		Path, Query map[string]any
		Body        any
	}
}

type object = map[string]any

var (
	output  sync.Mutex
	clients sync.Map
	times   = map[string]bool{"start": true, "created_at": true, "updated_at": true, "completed_at": true,
		"archived_at": true, "deleted_at": true}
)

func say(reply object) {
	line, err := json.Marshal(reply)
	if err != nil {
		line, _ = json.Marshal(object{"id": reply["id"], "outcome": "adapter_error", "message": err.Error()})
	}
	output.Lock()
	defer output.Unlock()
	os.Stdout.Write(append(line, '\n'))
}

// given is a value of the protocol as the client takes it.
func given(value any) any {
	switch value := value.(type) {
	case []any:
		list := make([]any, len(value))
		for at, each := range value {
			list[at] = given(each)
		}
		return list
	case object:
		if integer, ok := value["$int"].(string); ok && len(value) == 1 {
			return json.Number(integer)
		}
		if timestamp, ok := value["$datetime"].(string); ok && len(value) == 1 {
			return timestamp
		}
		found := object{}
		for name, each := range value {
			found[name] = given(each)
		}
		return found
	}
	return value
}

// result is a value of the client as the protocol writes it.
func result(value any, name string) any {
	switch value := value.(type) {
	case []any:
		list := make([]any, len(value))
		for at, each := range value {
			list[at] = result(each, "")
		}
		return list
	case object:
		found := object{}
		for key, each := range value {
			found[key] = result(each, key)
		}
		return found
	case json.Number:
		if _, err := strconv.ParseInt(value.String(), 10, 64); err == nil {
			return object{"$int": value.String()}
		}
	case string:
		if times[name] {
			return object{"$datetime": value}
		}
	}
	return value
}

func client(msg message) *Client {
	authorization := "Bearer " + msg.Auth.Token
	if msg.Auth.Kind == "basic" {
		pair := msg.Auth.Username + ":" + msg.Auth.Password
		authorization = "Basic " + base64.StdEncoding.EncodeToString([]byte(pair))
	}
	found, _ := clients.LoadOrStore(msg.BaseURL+" "+authorization, NewClient(msg.BaseURL, authorization))
	return found.(*Client)
}

func described(err error) any {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	return object{"kind": "other", "message": err.Error()}
}

func call(msg message) object {
	sdk := client(msg)
	path, _ := given(msg.Arguments.Path).(object)
	query, _ := given(msg.Arguments.Query).(object)
	request := Request{msg.Operation, path, query, given(msg.Arguments.Body),
		time.Duration(msg.Options.Timeout) * time.Millisecond, msg.Options.MaxRetries}
	paged := msg.Consume != "" && strings.HasPrefix(msg.Operation, "list_")
	if msg.Operation == "stream_time_blocks" {
		return listed(msg, request, sdk.Stream)
	} else if paged {
		return listed(msg, request, sdk.Pages)
	}
	value, err := sdk.Call(request)
	if err != nil {
		return object{"id": msg.ID, "outcome": "error", "error": described(err)}
	}
	return object{"id": msg.ID, "outcome": "value", "value": result(value, "")}
}

func listed(msg message, request Request, source func(Request, func(any) bool) error) object {
	most, _ := strconv.Atoi(strings.TrimPrefix(msg.Consume, "first:"))
	found := []any{}
	err := source(request, func(item any) bool {
		found = append(found, result(item, ""))
		return len(found) != most
	})
	reply := object{"id": msg.ID, "outcome": "items", "items": found, "complete": err == nil}
	if err != nil {
		reply["error"] = described(err)
	}
	return reply
}

func hello() object {
	var names []string
	for name := range operations {
		names = append(names, name)
	}
	version := strings.TrimPrefix(runtime.Version(), "go")
	return object{"type": "hello", "protocol": 1,
		"sdk":        object{"name": "go-net-http", "version": version, "language": "Go"},
		"operations": names, "features": []string{"stream", "paginate", "retry", "timeout", "basic"}, "parallel": 8}
}

func main() {
	var pending sync.WaitGroup
	lines := bufio.NewReader(os.Stdin)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			break
		}
		decoder := json.NewDecoder(bytes.NewReader(line))
		decoder.UseNumber()
		var msg message
		if err := decoder.Decode(&msg); err != nil {
			fmt.Fprintln(os.Stderr, "not a message:", err)
			continue
		}
		switch msg.Type {
		case "hello":
			say(hello())
		case "bye":
			pending.Wait()
			return
		case "call":
			pending.Add(1)
			go func() {
				defer pending.Done()
				say(call(msg))
			}()
		default:
			say(object{"id": msg.ID, "outcome": "adapter_error", "message": "unknown " + msg.Type})
		}
	}
	pending.Wait()
}
