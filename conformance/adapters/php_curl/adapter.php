<?php

declare(strict_types=1);

// The adapter: the protocol on one side, the client of client.php on the other.

require_once __DIR__ . '/client.php';

use Focus\Client;
use Focus\Problem;

const TIMES = ['start', 'created_at', 'updated_at', 'completed_at', 'archived_at', 'deleted_at'];
const SAFE = 2 ** 53 - 1;

ini_set('display_errors', 'stderr');

// A value of the protocol as the client takes it.
function given(mixed $value): mixed
{
    if (is_array($value)) {
        return array_map(given(...), $value);
    }
    if (!is_object($value)) {
        return $value;
    }
    $fields = get_object_vars($value);
    return match (array_keys($fields)) {
        ['$int'] => (int) $fields['$int'],
        ['$datetime'] => $fields['$datetime'],
        default => (object) array_map(given(...), $fields),
    };
}

// A value of the client as the protocol writes it.
function result(mixed $value, string|int $name = ''): mixed
{
    if (is_array($value)) {
        return array_map(fn ($each) => result($each), $value);
    }
    if (is_object($value)) {
        $fields = get_object_vars($value);
        return (object) array_combine(array_keys($fields), array_map(result(...), $fields, array_keys($fields)));
    }
    if (is_int($value) && abs($value) > SAFE) {
        return ['$int' => (string) $value];
    }
    return is_string($value) && in_array($name, TIMES, true) ? ['$datetime' => $value] : $value;
}

function described(Throwable $error): array
{
    if (!$error instanceof Problem) {
        return ['kind' => 'other', 'message' => get_class($error) . ': ' . $error->getMessage()];
    }
    $all = ['kind' => $error->kind, 'message' => $error->getMessage(), 'status' => $error->status, 'code' => $error->error];
    return array_filter($all, fn ($each) => $each !== null);
}

function client(object $message): Client
{
    static $clients = [];
    $auth = $message->auth;
    $authorization = $auth->kind === 'bearer'
        ? "Bearer $auth->token"
        : 'Basic ' . base64_encode("$auth->username:$auth->password");
    return $clients["$message->base_url $authorization"] ??= new Client($message->base_url, $authorization);
}

function call(object $message): array
{
    $given = $message->arguments;
    $named = [
        'path' => (array) given($given->path ?? (object) []),
        'query' => (array) given($given->query ?? (object) []),
        'timeout' => $message->options->timeout_ms ?? null,
        'retries' => $message->options->max_retries ?? 0,
    ];
    $name = $message->operation;
    if ($name === 'stream_time_blocks') {
        return items($message, fn ($each) => client($message)->stream($name, $each, ...$named));
    }
    if (isset($message->consume) && str_starts_with($name, 'list_')) {
        return items($message, fn ($each) => client($message)->pages($name, $each, ...$named));
    }
    try {
        $value = client($message)->call($name, ...$named, body: given($given->body ?? null));
        return ['outcome' => 'value', 'value' => result($value)];
    } catch (Throwable $error) {
        return ['outcome' => 'error', 'error' => described($error)];
    }
}

function items(object $message, callable $read): array
{
    $most = (int) str_replace('first:', '', $message->consume ?? 'all');
    $items = [];
    try {
        $read(function ($item) use (&$items, $most): bool {
            $items[] = result($item);
            return count($items) !== $most;
        });
    } catch (Throwable $error) {
        return ['outcome' => 'items', 'items' => $items, 'complete' => false, 'error' => described($error)];
    }
    return ['outcome' => 'items', 'items' => $items, 'complete' => true];
}

function say(array $message): void
{
    fwrite(STDOUT, json_encode($message, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
    fflush(STDOUT);
}

while (($line = fgets(STDIN)) !== false) {
    $message = json_decode($line, false, 512, JSON_THROW_ON_ERROR);
    switch ($message->type) {
        case 'hello':
            say([
                'type' => 'hello',
                'protocol' => 1,
                'sdk' => ['name' => 'php-curl', 'version' => PHP_VERSION, 'language' => 'PHP'],
                'operations' => array_keys(Focus\OPERATIONS),
                'features' => ['stream', 'paginate', 'retry', 'timeout', 'basic'],
                'parallel' => 1,
            ]);
            break;
        case 'bye':
            exit(0);
        case 'call':
            try {
                say(['id' => $message->id] + call($message));
            } catch (Throwable $error) {
                say(['id' => $message->id, 'outcome' => 'adapter_error', 'message' => (string) $error]);
            }
            break;
        default:
            say(['id' => $message->id, 'outcome' => 'adapter_error', 'message' => "unknown $message->type"]);
    }
}
