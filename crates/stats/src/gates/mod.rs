//! Statistics room: when the evidence moves work (reversible) and when it retires an arm.

mod beta_binomial;
mod e_process;
mod reallocate;
mod retire;
mod verdict;

pub use beta_binomial::BetaBinomialMixture;
pub use e_process::{EProcess, NormalMixture, Sides};
pub use reallocate::{Reallocation, reallocate};
pub use retire::{Retirement, retire, retirement_bound};
pub use verdict::{Shortage, Verdict};
