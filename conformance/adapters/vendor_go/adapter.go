// What the Go samples of the vendor's page send, and what they print.
//
// The methods are those on the page, where DELETE is a PUT and PATCH is a GET. So is the body:
// json.Marshal is handed the text of the JSON, and makes a JSON string of it. The samples have Basic
// credentials; an API key takes their place as the page says. No sample has a query.

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io/ioutil"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
)

type object = map[string]any

const (
	workspace = "/organizations/{organization_id}/workspaces/{workspace_id}"
	task      = workspace + "/tasks/{task_id}/time-blocks"
	block     = task + "/{time_block_id}"
	blocks    = workspace + "/time-blocks"
)

var samples = map[string][2]string{
	"list_task_time_blocks":   {http.MethodGet, task},
	"create_time_block":       {http.MethodPost, task},
	"get_time_block":          {http.MethodGet, block},
	"replace_time_block":      {http.MethodPut, block},
	"delete_time_block":       {http.MethodPut, block},
	"update_time_block":       {http.MethodGet, block},
	"archive_time_block":      {http.MethodPost, block + "/archive"},
	"restore_time_block":      {http.MethodGet, block + "/restore"},
	"unarchive_time_block":    {http.MethodPost, block + "/unarchive"},
	"list_time_blocks":        {http.MethodGet, blocks},
	"bulk_create_time_blocks": {http.MethodPost, blocks + "/bulk"},
	"bulk_delete_time_blocks": {http.MethodPut, blocks + "/bulk"},
	"bulk_update_time_blocks": {http.MethodGet, blocks + "/bulk"},
	"stream_time_blocks":      {http.MethodGet, blocks + "/stream"},
}

type auth struct{ Kind, Token, Username, Password string }

// sample does what a sample does, line by line; logged is what it prints of errors.
func sample(method, url string, who auth, text string) (printed []byte, logged string, panicked any) {
	defer func() { panicked = recover() }()
	print := func(err error) { logged += err.Error() }
	var req *http.Request
	var err error
	if text == "" {
		req, err = http.NewRequest(method, url, nil)
	} else {
		encoded, failed := json.Marshal(text)
		if failed != nil {
			print(failed)
		}
		req, err = http.NewRequest(method, url, bytes.NewBuffer(encoded))
	}
	if err != nil {
		print(err)
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	if who.Kind == "basic" {
		req.SetBasicAuth(who.Username, who.Password)
	} else {
		req.Header.Set("Authorization", "Bearer "+who.Token)
	}
	client := &http.Client{}
	resp, err := client.Do(req)
	if err != nil {
		print(err)
	}
	defer resp.Body.Close()
	body, err := ioutil.ReadAll(resp.Body)
	if err != nil {
		print(err)
	}
	return body, logged, nil
}

type message struct {
	Type, ID, Operation, Consume string
	BaseURL                      string `json:"base_url"`
	Auth                         auth
	Arguments                    struct {
		Path map[string]any
		Body any
	}
}

var times = map[string]bool{"start": true, "created_at": true, "updated_at": true, "completed_at": true,
	"archived_at": true, "deleted_at": true}

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

func call(msg message) object {
	method, path := samples[msg.Operation][0], samples[msg.Operation][1]
	for name, id := range msg.Arguments.Path {
		path = strings.ReplaceAll(path, "{"+name+"}", fmt.Sprint(given(id)))
	}
	text := ""
	if msg.Arguments.Body != nil {
		written, _ := json.Marshal(given(msg.Arguments.Body))
		text = string(written)
	}
	printed, problem, panicked := sample(method, msg.BaseURL+path, msg.Auth, text)
	if panicked != nil {
		return object{"outcome": "error", "error": object{"kind": "other", "message": fmt.Sprint(problem, "; panic: ", panicked)}}
	}
	value := read(printed)
	list, listed := value.([]any)
	if msg.Operation != "stream_time_blocks" || (value != nil && !listed) {
		return object{"outcome": "value", "value": value}
	}
	most, _ := strconv.Atoi(strings.TrimPrefix(msg.Consume, "first:"))
	if most > 0 && len(list) > most {
		list = list[:most]
	}
	return object{"outcome": "items", "items": append([]any{}, list...), "complete": true}
}

// read is what a sample printed: nothing, JSON, or any text.
func read(printed []byte) any {
	if len(printed) == 0 {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(printed))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil || decoder.More() {
		return string(printed)
	}
	return result(value, "")
}

func say(reply object) {
	line, _ := json.Marshal(reply)
	os.Stdout.Write(append(line, '\n'))
}

func main() {
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
		case "hello":
			var names []string
			for name := range samples {
				names = append(names, name)
			}
			version := strings.TrimPrefix(runtime.Version(), "go")
			sdk := object{"name": "vendor-go", "version": version, "language": "Go"}
			say(object{"type": "hello", "protocol": 1, "sdk": sdk, "operations": names, "features": []string{"stream", "basic"}})
		case "bye":
			return
		case "call":
			reply := call(msg)
			reply["id"] = msg.ID
			say(reply)
		default:
			say(object{"id": msg.ID, "outcome": "adapter_error", "message": "unknown " + msg.Type})
		}
	}
}
