// A small client of the time-blocks API on Go's net/http, without modules of others.

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Error is every error of this client. Kind is api, decode, transport, timeout or usage.
type Error struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
	Status  int    `json:"status,omitempty"`
	Code    string `json:"code,omitempty"`
	wait    time.Duration
}

func (e *Error) Error() string { return e.Message }

type operation struct {
	method, path string
	again        bool // whether it may be sent again
}

const (
	workspace = "/organizations/{organization_id}/workspaces/{workspace_id}"
	task      = workspace + "/tasks/{task_id}/time-blocks"
	block     = task + "/{time_block_id}"
	blocks    = workspace + "/time-blocks"
)

var operations = map[string]operation{
	"list_task_time_blocks":   {"GET", task, true},
	"create_time_block":       {"POST", task, false},
	"get_time_block":          {"GET", block, true},
	"replace_time_block":      {"PUT", block, true},
	"update_time_block":       {"PATCH", block, true},
	"delete_time_block":       {"DELETE", block, true},
	"archive_time_block":      {"POST", block + "/archive", false},
	"restore_time_block":      {"PATCH", block + "/restore", true},
	"unarchive_time_block":    {"POST", block + "/unarchive", false},
	"list_time_blocks":        {"GET", blocks, true},
	"bulk_create_time_blocks": {"POST", blocks + "/bulk", false},
	"bulk_update_time_blocks": {"PATCH", blocks + "/bulk", false},
	"bulk_delete_time_blocks": {"DELETE", blocks + "/bulk", true},
	"stream_time_blocks":      {"GET", blocks + "/stream", true},
}

var passing = map[int]bool{429: true, 502: true, 503: true, 504: true}

const (
	largestPage = 100
	pause       = 200 * time.Millisecond
)

// Client has one base URL and one set of credentials.
type Client struct {
	baseURL, authorization string
	http                   *http.Client
}

// NewClient makes a client. It follows no redirects.
func NewClient(baseURL, authorization string) *Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{baseURL, authorization, &http.Client{Transport: transport, CheckRedirect: stay}}
}

// Request is what a caller wants. Path, Query and Body are JSON; a list in a query is a []any.
type Request struct {
	Operation   string
	Path, Query map[string]any
	Body        any
	Timeout     time.Duration // of one attempt; of a stream, of the longest silence
	MaxRetries  int
}

// Call returns the value of the response, nil if it has no body.
func (c *Client) Call(request Request) (any, error) {
	if none(request) {
		return nil, &Error{Kind: "usage", Message: request.Operation + " needs at least one entry"}
	}
	var value any
	err := c.send(request, func(response *http.Response, _ func()) error {
		if response.StatusCode == http.StatusNoContent {
			return nil
		}
		text, err := io.ReadAll(response.Body)
		if err == nil {
			value, err = decode(text)
		}
		return err
	})
	return value, err
}

// Stream gives the items of a stream to each as they arrive, until that returns false.
func (c *Client) Stream(request Request, each func(any) bool) error {
	return c.send(request, func(response *http.Response, alive func()) error {
		body := &watched{response.Body, alive, nil}
		err := items(body, each)
		if body.failed != nil { // the body broke off, so that its JSON did too
			return body.failed
		}
		return err
	})
}

// items reads a JSON array item by item.
func items(body io.Reader, each func(any) bool) error {
	decoder := json.NewDecoder(body)
	decoder.UseNumber()
	if token, err := decoder.Token(); err != nil {
		return broken(err)
	} else if token == nil {
		return nil
	} else if token != json.Delim('[') {
		return &Error{Kind: "decode", Message: "the stream is not a list"}
	}
	for decoder.More() {
		var item json.RawMessage
		if err := decoder.Decode(&item); err != nil {
			return broken(err)
		}
		value, err := decode(item)
		if err != nil {
			return err
		}
		if !each(value) {
			return nil
		}
	}
	if _, err := decoder.Token(); err != nil {
		return broken(err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return &Error{Kind: "decode", Message: "there is more after the list"}
	}
	return nil
}

// Pages gives the items of all pages to each, until that returns false.
func (c *Client) Pages(request Request, each func(any) bool) error {
	number := int64(1)
	if given, ok := request.Query["page"]; ok {
		number, _ = strconv.ParseInt(text(given), 10, 64)
	}
	size := largestPage
	if given, ok := request.Query["per_page"]; ok {
		size, _ = strconv.Atoi(text(given))
	}
	for before := ""; ; number++ {
		query := map[string]any{}
		for name, value := range request.Query {
		if list, ok := value.([]any); ok && len(list) == 0 {
			continue // the API has no way to write an empty list
		}
			query[name] = value
		}
		query["page"], query["per_page"] = number, size
		next := request
		next.Query = query
		value, err := c.Call(next)
		if err != nil {
			return err
		}
		page, _ := value.(map[string]any)
		found, _ := page["data"].([]any)
		mark, _ := json.Marshal(found)
		if len(found) > 0 && string(mark) == before {
			return &Error{Kind: "decode", Message: fmt.Sprintf("page %d is the same as the page before", number)}
		}
		before = string(mark)
		for _, item := range found {
			if !each(item) {
				return nil
			}
		}
		full := size
		if given, ok := page["per_page"].(json.Number); ok {
			if announced, err := strconv.Atoi(given.String()); err == nil && announced < full {
				full = announced
			}
		}
		if len(found) < full {
			return nil
		}
	}
}

// send sends a request, and again if that can help. Once something was given out, it cannot.
func (c *Client) send(request Request, use func(*http.Response, func()) error) error {
	called := operations[request.Operation]
	used := false
	for retries := 0; ; retries++ {
		err := c.attempt(called, request, func(response *http.Response, alive func()) error {
			return use(response, func() { used = used || request.Operation == "stream_time_blocks"; alive() })
		})
		var problem *Error
		if err == nil || !errors.As(err, &problem) {
			return err
		}
		again := problem.Kind == "transport" || passing[problem.Status]
		if !again || used || !called.again || retries >= request.MaxRetries {
			return err
		}
		time.Sleep(problem.wait)
	}
}

func (c *Client) attempt(called operation, request Request, use func(*http.Response, func()) error) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	timedOut := make(chan struct{})
	alive := func() {}
	if request.Timeout > 0 {
		timer := time.AfterFunc(request.Timeout, func() { close(timedOut); cancel() })
		defer timer.Stop()
		if request.Operation == "stream_time_blocks" {
			alive = func() { timer.Reset(request.Timeout) }
		}
	}
	err := c.exchange(ctx, called, request, func(response *http.Response) error { return use(response, alive) })
	select {
	case <-timedOut:
		return &Error{Kind: "timeout", Message: fmt.Sprintf("no complete response for %v", request.Timeout)}
	default:
	}
	var problem *Error
	if err == nil || errors.As(err, &problem) {
		return err
	}
	var refused *url.Error
	if errors.As(err, &refused) {
		err = refused.Err
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return &Error{Kind: "timeout", Message: err.Error()}
	}
	return &Error{Kind: "transport", Message: err.Error(), wait: pause}
}

func (c *Client) exchange(ctx context.Context, called operation, request Request, use func(*http.Response) error) error {
	var body io.Reader
	if request.Body != nil {
		written, err := json.Marshal(request.Body)
		if err != nil {
			return &Error{Kind: "usage", Message: err.Error()}
		}
		body = bytes.NewReader(written)
	}
	message, err := http.NewRequestWithContext(ctx, called.method, c.baseURL+target(called.path, request), body)
	if err != nil {
		return &Error{Kind: "usage", Message: err.Error()}
	}
	message.Header.Set("Authorization", c.authorization)
	message.Header.Set("Accept", "application/json")
	if body != nil {
		message.Header.Set("Content-Type", "application/json")
	}
	response, err := c.http.Do(message)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return refusal(response)
	}
	return use(response)
}

func refusal(response *http.Response) *Error {
	body, _ := io.ReadAll(response.Body)
	var fields map[string]any
	_ = json.Unmarshal(body, &fields) // a proxy's page, or nothing
	message, ok := fields["error_description"].(string)
	if !ok {
		message = http.StatusText(response.StatusCode)
	}
	code, _ := fields["error"].(string)
	wait := pause
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil {
		wait = time.Duration(seconds) * time.Second
	}
	return &Error{"api", fmt.Sprintf("%d %s", response.StatusCode, message), response.StatusCode, code, wait}
}

func target(path string, request Request) string {
	for name, id := range request.Path {
		path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(text(id)))
	}
	var pairs []string
	for name, value := range request.Query {
		if list, ok := value.([]any); ok && len(list) == 0 {
			continue // the API has no way to write an empty list
		}
		escaped := strings.ReplaceAll(url.QueryEscape(text(value)), "%2C", ",")
		pairs = append(pairs, name+"="+strings.ReplaceAll(escaped, "+", "%20"))
	}
	if len(pairs) > 0 {
		path += "?" + strings.Join(pairs, "&")
	}
	return path
}

// text is a value of a path or query; the entries of a list are separated by commas.
func text(value any) string {
	if list, ok := value.([]any); ok {
		var texts []string
		for _, each := range list {
			texts = append(texts, text(each))
		}
		return strings.Join(texts, ",")
	}
	return fmt.Sprint(value)
}

// none tells whether a bulk request has no entry.
func none(request Request) bool {
	var entries any
	switch request.Operation {
	case "bulk_delete_time_blocks":
		entries = request.Query["ids"]
	case "bulk_update_time_blocks":
		entries = request.Body
	case "bulk_create_time_blocks":
		body, _ := request.Body.(map[string]any)
		entries = body["time_blocks"]
	}
	list, ok := entries.([]any)
	return ok && len(list) == 0
}

func decode(text []byte) (any, error) {
	if !utf8.Valid(text) {
		return nil, &Error{Kind: "decode", Message: "the response is not UTF-8"}
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber() // so that no integer is rounded
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, broken(err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, &Error{Kind: "decode", Message: "there is more after the JSON"}
	}
	return value, nil
}

func broken(err error) error {
	return &Error{Kind: "decode", Message: "the response is not JSON: " + err.Error()}
}

// watched tells of every piece that arrives, and keeps the error that ended the body.
type watched struct {
	io.Reader
	alive  func()
	failed error
}

func (w *watched) Read(into []byte) (int, error) {
	n, err := w.Reader.Read(into)
	if n > 0 {
		w.alive()
	}
	if err != nil && err != io.EOF {
		w.failed = err
	}
	return n, err
}
