// Milliseconds left of a hold, by a clock that neither stands nor jumps.
import { now } from "./clock";

export class Countdown {
  left = $state(0);
  readonly whole: number;
  #end: number;
  #timer: ReturnType<typeof setInterval>;

  constructor(milliseconds: number, whole: number, over: () => void) {
    this.whole = Math.max(whole, milliseconds, 1);
    this.left = milliseconds;
    this.#end = now() + milliseconds;
    this.#timer = setInterval(() => {
      this.left = Math.max(0, this.#end - now());
      if (this.left === 0) {
        this.stop();
        over();
      }
    }, 200);
  }

  stop() {
    clearInterval(this.#timer);
  }
}
