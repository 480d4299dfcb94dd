// What an editor has handed out comes back to it, late where somebody types fast: it is not news then.

export class Echo {
  #sent: string[] = [];

  /** Note a text that was handed out. */
  send(text: string): void {
    this.#sent.push(text);
  }

  /** Whether a text is one that was handed out and has not come back yet; older ones will not come any more. */
  isOwn(text: string): boolean {
    const at = this.#sent.lastIndexOf(text);
    this.#sent = at < 0 ? [] : this.#sent.slice(at + 1);
    return at >= 0;
  }
}
