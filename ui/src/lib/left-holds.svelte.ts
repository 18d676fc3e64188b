// Holds of this counter that no screen is busy with, after a crash or a lost connection: on offer until they run out.
import type { Hold } from "./backend";
import { Countdown } from "./countdown.svelte";

export type LeftHold = { hold: Hold; countdown: Countdown };

class LeftHolds {
  all = $state.raw<LeftHold[]>([]);

  add(hold: Hold, left: number) {
    this.take(hold.token);
    const countdown = new Countdown(left, left, () => void this.take(hold.token));
    this.all = [...this.all, { hold, countdown }];
  }

  /** Off the offer, to go on with it or to give it up. */
  take(token: string): LeftHold | undefined {
    const taken = this.all.find((left) => left.hold.token === token);
    taken?.countdown.stop();
    this.all = this.all.filter((left) => left !== taken);
    return taken;
  }
}

export const leftHolds = new LeftHolds();
