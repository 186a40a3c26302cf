/** Takes `true` when two types are the same one, to the letter, and `false` otherwise. */
export declare function same<A, B>(answer: Same<A, B>): void;

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
