/// \file
/// Why a fit must not be trusted.
#pragma once

#include <string>
#include <vector>

#include "losscast/fit/fit.hpp"

namespace losscast {

/// The largest root mean square of a curve's residuals that a good fit leaves. Fits to public runs leave 1e-3 to
/// 11e-3. [nats]
inline constexpr double kMostResidual = 12e-3;
/// R-hat above which the chains of draws do not agree (Vehtari et al. 2021 ask for 1.01, for many parameters at once).
inline constexpr double kMostRhat = 1.05;
/// Effective draws below which bands are wrong by a tenth of their width.
inline constexpr double kFewestEffectiveDraws = 100;

/// The share of a curve's rows that may be junk without doubt: with a tenth of the whole log, which may be a little
/// more of the rows that can be fitted, forecasts move by 2e-3 nats at most (docs/reproduce.md).
inline constexpr double kMostJunk = 0.11;

/// Whether the law does not follow a curve: its residuals hang together (lag-1 autocorrelation of 0.8 or more) and
/// their root mean square is above 3e-3 nats and 40 times the fast noise, or above 20e-3 nats and 6 times the fast
/// noise. Fits to public runs leave 21 times at most, or 18e-3 nats at 4 times. False where the fast noise is not
/// known.
bool is_not_followed(const CurveDiagnostics& curve);

/// Whether a fit misses one of its curves, by what doubts() says of residuals, shapes and contradictions, or misses the
/// shape of one by less: its residuals have a lag-1 autocorrelation of 0.4 or more, and a root mean square of more than
/// 3e-3 nats and 3 times the fast noise.
bool misses_a_curve(const Fit& fit);

/// The share of a training curve's rows that the fit does not use, as DisownedRows say it.
double disowned_share(const Fit& fit, const CurveDiagnostics& curve);

/// What speaks against every answer that rests on the fit, in short phrases; none if nothing does:
/// - parameters on their bounds;
/// - draws that have not converged: R-hat above kMostRhat or fewer than kFewestEffectiveDraws, of a parameter that
///   varies;
/// - starts of which fewer than half came to the best minimum;
/// - curves whose residuals have a root mean square above kMostResidual, or above 3 times the median of the others'
///   and 3e-3 nats;
/// - curves that the law does not follow (is_not_followed());
/// - curves whose loss falls at another step than their schedule says (DisownedKind::schedule);
/// - curves of which more than kMostJunk is junk;
/// - curves that contradict each other: mean residuals more than kMostResidual apart.
std::vector<std::string> doubts(const Fit& fit);

}  // namespace losscast
