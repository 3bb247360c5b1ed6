<?php

declare(strict_types=1);

// A small client of the time-blocks API on PHP's curl, without packages.

namespace Focus;

require_once __DIR__ . '/items.php';

// Every error of this client. kind: api, decode, transport, timeout or usage.
final class Problem extends \RuntimeException
{
    public float $pause = 0.2;

    public function __construct(
        public readonly string $kind,
        string $message,
        public readonly ?int $status = null,
        public readonly ?string $error = null,
    ) {
        parent::__construct($message);
    }
}

const WORKSPACE = '/organizations/{organization_id}/workspaces/{workspace_id}';
const TASK = WORKSPACE . '/tasks/{task_id}/time-blocks';
const BLOCK = TASK . '/{time_block_id}';
const BLOCKS = WORKSPACE . '/time-blocks';

// method, path, whether it may be sent again
const OPERATIONS = [
    'list_task_time_blocks' => ['GET', TASK, true],
    'create_time_block' => ['POST', TASK, false],
    'get_time_block' => ['GET', BLOCK, true],
    'replace_time_block' => ['PUT', BLOCK, true],
    'update_time_block' => ['PATCH', BLOCK, true],
    'delete_time_block' => ['DELETE', BLOCK, true],
    'archive_time_block' => ['POST', BLOCK . '/archive', false],
    'restore_time_block' => ['PATCH', BLOCK . '/restore', true],
    'unarchive_time_block' => ['POST', BLOCK . '/unarchive', false],
    'list_time_blocks' => ['GET', BLOCKS, true],
    'bulk_create_time_blocks' => ['POST', BLOCKS . '/bulk', false],
    'bulk_update_time_blocks' => ['PATCH', BLOCKS . '/bulk', false],
    'bulk_delete_time_blocks' => ['DELETE', BLOCKS . '/bulk', true],
    'stream_time_blocks' => ['GET', BLOCKS . '/stream', true],
];

const PASSING = [429, 502, 503, 504];
const LARGEST_PAGE = 100;

// One client for a base URL and credentials. Objects of JSON are stdClass, so that {} is not [].
final class Client
{
    public function __construct(
        private readonly string $baseUrl,
        private readonly string $authorization,
    ) {
    }

    // The value of the response; null if it has no body.
    public function call(
        string $name,
        array $path = [],
        array $query = [],
        mixed $body = null,
        ?int $timeout = null,
        int $retries = 0,
    ): mixed {
        self::checkEntries($name, $query, $body);
        return $this->again($name, $retries, function () use ($name, $path, $query, $body, $timeout) {
            $text = '';
            $exchange = $this->exchange($name, $path, $query, $body);
            $exchange->limit($timeout);
            $exchange->run(function (string $piece) use (&$text): bool {
                $text .= $piece;
                return true;
            });
            return $exchange->status === 204 ? null : decode($text);
        });
    }

    // Gives each block of a stream to $each as it arrives, until that returns false.
    public function stream(
        string $name,
        callable $each,
        array $path = [],
        array $query = [],
        ?int $timeout = null,
        int $retries = 0,
    ): void {
        $seen = false;
        $read = function () use ($name, $each, $path, $query, $timeout, &$seen): void {
            $items = new Items();
            $exchange = $this->exchange($name, $path, $query, null);
            $exchange->limitSilence($timeout);
            $left = false;
            $exchange->run(function (string $piece) use ($items, $each, &$seen, &$left): bool {
                foreach ($items->feed($piece) as $text) {
                    $item = decode($text);
                    $seen = true;
                    if (!$each($item)) {
                        $left = true;
                        return false;
                    }
                }
                return true;
            });
            if (!$left && !$items->complete()) {
                throw new Problem('decode', "the list has no end, after {$items->count} items");
            }
        };
        $this->again($name, $retries, $read, fn (): bool => !$seen);
    }

    // Gives each block of all pages to $each, until that returns false.
    public function pages(string $name, callable $each, array $path = [], array $query = [], mixed ...$options): void
    {
        $size = $query['per_page'] ?? LARGEST_PAGE;
        $before = null;
        for ($number = $query['page'] ?? 1;; $number++) {

            $page = $this->call($name, $path, ['page' => $number, 'per_page' => $size] + $query, ...$options);
            $items = $page->data ?? [];
            if ($items && $items == $before) {
                throw new Problem('decode', "page $number is the same as the page before");
            }
            foreach ($items as $item) {
                if (!$each($item)) {
                    return;
                }
            }
            if (count($items) < min($size, $page->per_page ?? $size)) {
                return;
            }
            $before = $items;
        }
    }

    // Makes an attempt, and others if they can help.
    private function again(string $name, int $retries, callable $attempt, ?callable $allowed = null): mixed
    {
        while (true) {
            try {
                return $attempt();
            } catch (Problem $problem) {
                $passing = $problem->kind === 'transport' || in_array($problem->status, PASSING, true);
                $may = OPERATIONS[$name][2] && ($allowed === null || $allowed());
                if (!$passing || !$may || $retries-- <= 0) {
                    throw $problem;
                }
                usleep((int) ($problem->pause * 1e6));
            }
        }
    }

    private function exchange(string $name, array $path, array $query, mixed $body): Exchange
    {
        [$method, $template] = OPERATIONS[$name];
        foreach ($path as $key => $id) {
            $template = str_replace('{' . $key . '}', rawurlencode((string) $id), $template);
        }
        $pairs = [];
        foreach ($query as $key => $value) {
            if ($value === []) {
                continue; // the API has no way to write an empty list
            }
            // Commas separate the entries of a list, and stay as they are.
            $pairs[] = $key . '=' . str_replace('%2C', ',', rawurlencode(self::text($value)));
        }
        $url = $this->baseUrl . $template . ($pairs ? '?' . implode('&', $pairs) : '');
        $json = $body === null ? null : json_encode($body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
        return new Exchange($method, $url, $this->authorization, $json);
    }

    private static function checkEntries(string $name, array $query, mixed $body): void
    {
        $entries = match ($name) {
            'bulk_delete_time_blocks' => $query['ids'] ?? null,
            'bulk_update_time_blocks' => $body,
            'bulk_create_time_blocks' => $body->time_blocks ?? null,
            default => null,
        };
        if ($entries === []) {
            throw new Problem('usage', "$name needs at least one entry");
        }
    }

    private static function text(mixed $value): string
    {
        return match (true) {
            is_array($value) => implode(',', array_map(self::text(...), $value)),
            is_bool($value) => $value ? 'true' : 'false',
            default => (string) $value,
        };
    }
}

// One request and its response.
final class Exchange
{
    public int $status = 0;
    private \CurlHandle $curl;
    private bool $headComplete = false;
    private string $refused = '';
    private ?float $retryAfter = null;
    private float $heard = 0;

    public function __construct(string $method, string $url, string $authorization, ?string $json)
    {
        $headers = ['Accept: application/json', "Authorization: $authorization", 'Expect:'];
        $this->curl = curl_init($url);
        curl_setopt_array($this->curl, [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HEADERFUNCTION => $this->head(...),
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_NOSIGNAL => true,
            CURLOPT_PROXY => '',
        ]);
        if ($json !== null) {
            $headers[] = 'Content-Type: application/json';
            curl_setopt($this->curl, CURLOPT_POSTFIELDS, $json);
        }
        curl_setopt($this->curl, CURLOPT_HTTPHEADER, $headers);
    }

    // At most so many milliseconds for all of it.
    public function limit(?int $milliseconds): void
    {
        curl_setopt($this->curl, CURLOPT_TIMEOUT_MS, $milliseconds ?? 0);
    }

    // At most so many milliseconds without a byte.
    public function limitSilence(?int $milliseconds): void
    {
        if ($milliseconds !== null) {
            $this->heard = microtime(true);
            curl_setopt($this->curl, CURLOPT_NOPROGRESS, false);
            $silent = fn (): int => (int) ((microtime(true) - $this->heard) * 1000 > $milliseconds);
            curl_setopt($this->curl, CURLOPT_XFERINFOFUNCTION, $silent);
        }
    }

    // Gives the pieces of the body of a success to $take, until that returns false.
    public function run(callable $take): void
    {
        $failed = null;
        $left = false;
        curl_setopt($this->curl, CURLOPT_WRITEFUNCTION, function ($_, string $piece) use ($take, &$failed, &$left): int {
            $this->heard = microtime(true);
            if (!$this->succeeded()) {
                $this->refused .= $piece;
                return strlen($piece);
            }
            try {
                $left = !$take($piece);
            } catch (Problem $problem) {
                $failed = $problem;
            }
            return $left || $failed ? 0 : strlen($piece);
        });
        curl_exec($this->curl);
        $code = curl_errno($this->curl);
        if ($failed !== null) {
            throw $failed;
        }
        if ($code !== 0 && !$left) {
            $kind = in_array($code, [CURLE_OPERATION_TIMEDOUT, CURLE_ABORTED_BY_CALLBACK], true) ? 'timeout' : 'transport';
            throw new Problem($kind, curl_error($this->curl));
        }
        if (!$this->headComplete) { // curl accepts a head that was cut off
            throw new Problem('transport', 'the head of the response is incomplete');
        }
        if (!$this->succeeded()) {
            throw $this->refusal();
        }
    }

    private function succeeded(): bool
    {
        return $this->status >= 200 && $this->status < 300;
    }

    private function head(\CurlHandle $curl, string $line): int
    {
        if (preg_match('~^HTTP/\S+ (\d{3})~', $line, $found)) {
            $this->status = (int) $found[1];
            $this->headComplete = false;
        } elseif (trim($line) === '') {
            $this->headComplete = true;
        } elseif (preg_match('~^Retry-After:\s*(\d+)~i', $line, $found)) {
            $this->retryAfter = (float) $found[1];
        }
        return strlen($line);
    }

    private function refusal(): Problem
    {
        $body = json_decode($this->refused); // null for a proxy's page, or nothing
        $text = is_object($body) ? ($body->error_description ?? null) : null;
        $code = is_object($body) ? ($body->error ?? null) : null;
        $message = trim($this->status . ' ' . (is_string($text) ? $text : ''));
        $problem = new Problem('api', $message, $this->status, is_string($code) ? $code : null);
        $problem->pause = $this->retryAfter ?? $problem->pause;
        return $problem;
    }
}

function decode(string $text): mixed
{
    try {
        return json_decode($text, false, 512, JSON_THROW_ON_ERROR);
    } catch (\JsonException $error) {
        throw new Problem('decode', "the response is not JSON: {$error->getMessage()}");
    }
}
