/** A refusal that a person can act on. `message` is shown on the page as it stands: whole sentences, no jargon. */
export class AppError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = new.target.name;
    this.status = status;
  }
}

/** Also for what exists but must not be seen: the two are not told apart. */
export class NotFoundError extends AppError {
  constructor(message = 'We could not find that page.') {
    super(404, message);
  }
}

export class ForbiddenError extends AppError {
  constructor(message: string) {
    super(403, message);
  }
}

/** Somebody else changed the same thing first, or something else has to be done before. */
export class ConflictError extends AppError {
  constructor(message: string) {
    super(409, message);
  }
}

/** One rule about one field of a form; routes render it beside that field with 422. */
export class FieldError extends AppError {
  readonly field: string;
  constructor(field: string, message: string) {
    super(422, message);
    this.field = field;
  }
}

/** The program cannot start. `message` says what is wrong and what to do; main prints it and exits with 1. */
export class StartError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StartError';
  }
}
