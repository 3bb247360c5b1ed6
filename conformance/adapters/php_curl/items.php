<?php

declare(strict_types=1);

namespace Focus;

// Cuts the text of a JSON array into the texts of its objects while it arrives.
final class Items
{
    public int $count = 0;
    private string $text = '';
    private int $at = 0;
    private int $depth = 0;
    private int $begun = 0;
    private bool $quoted = false;
    private bool $comma = false;
    private bool $ended = false;

    // The texts of the objects that are complete with this piece.
    public function feed(string $piece): \Generator
    {
        $this->text .= $piece;
        while (($this->at += strcspn($this->text, '"\\[]{},', $this->at)) < strlen($this->text)) {
            $mark = $this->text[$this->at];
            if ($this->quoted && $mark === '\\') {
                if ($this->at + 1 === strlen($this->text)) {
                    return; // the escaped byte has not arrived
                }
                $this->at += 2;
                continue;
            }
            $this->at++;
            if ($mark === '"') {
                $this->quoted = !$this->quoted;
            } elseif (!$this->quoted && $this->structure($mark)) {
                yield $this->cut();
            }
        }
    }

    public function complete(): bool
    {
        return ($this->ended && !$this->comma) || trim($this->text) === 'null';
    }

    // Whether an item ends with this mark.
    private function structure(string $mark): bool
    {
        if ($mark === '[' || $mark === '{') {
            if (++$this->depth === 2) {
                $this->begun = $this->at - 1;
            }
        } elseif ($mark === ']' || $mark === '}') {
            $this->ended = --$this->depth === 0;
            return $this->depth === 1;
        } elseif ($mark === ',' && $this->depth === 1) {
            $this->comma = true;
        }
        return false;
    }

    private function cut(): string
    {
        $found = substr($this->text, $this->begun, $this->at - $this->begun);
        $this->text = substr($this->text, $this->at);
        $this->at = 0;
        $this->comma = false;
        $this->count++;
        return $found;
    }
}
