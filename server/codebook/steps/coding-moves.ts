import type { Actor, Transaction } from '../../database/connection.ts';

/** What one step of the codebook did to a coding: gave it another theme, or set it aside because it would be doubled. */
export type MovedCoding = { id: string; fromThemeId: string; toThemeId: string; setAside: boolean };

/**
 * How the codebook has codings moved. Codings belong to another feature, which knows the codebook; so it is handed in.
 * Every one of these reaches sealed codings too, and what runs in the same transaction afterwards.
 */
export type CodingMoves = {
  /** Keeps the notes coded with these themes from being saved anew meanwhile. Before the codebook is locked. */
  holdNotes(trx: Transaction, themeIds: readonly string[]): Promise<void>;
  /** Gives all codings of a theme another one; where the coder has given that one to the same words already, sets it aside. */
  moveAll(trx: Transaction, actor: Actor, move: { from: string; to: string }): Promise<MovedCoding[]>;
  /** Gives those of the codings that still have the theme `from` another one. */
  moveSome(trx: Transaction, actor: Actor, move: { from: string; to: string; ids: string[] }): Promise<MovedCoding[]>;
  /** Takes moves back, each coding that is still where the move left it. */
  moveBack(trx: Transaction, actor: Actor, moved: readonly MovedCoding[]): Promise<void>;
  /** Whether a theme has codings besides those with these ids. */
  hasOthers(trx: Transaction, themeId: string, ids: readonly string[]): Promise<boolean>;
};
