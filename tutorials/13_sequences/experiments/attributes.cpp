// The VAE of the walks (16 numbers, 16 free nats) was told no factor. Codes of the training melodies that have a value of a
// factor have a mean; the difference of two such means is an **attribute vector**, as in chapter 7. Added to the code of each test
// melody that has the first value, it should give the second. What is said is judged by its notes alone:
// `nn::melody_values` hears key, contour, rhythm and repetition.
//
// @figure{attributes.png, How many test melodies with the first value have the second one when they are said, against the length of
// the step; 1 is the attribute vector (seed 1).}
//
// | factor | has the first value when said without a step, % | has the second after 0, ½, 1, 1½, 2 times the vector, % |
// |---|--:|---|
// | key, C to D flat | @result{kept_key, .0f} | @result{changed_key, .0f} |
// | contour, rising to falling | @result{kept_contour, .0f} | @result{changed_contour, .0f} |
// | rhythm, even to dotted | @result{kept_rhythm, .0f} | @result{changed_rhythm, .0f} |
// | repetition, AAAA to AAAB | @result{kept_repetition, .0f} | @result{changed_repetition, .0f} |
//
// The metrics of chapter 9, on 5000 fresh melodies: MIG @result{mig, .3f}, SAP @result{sap, .3f}, FactorVAE @result{factor_vae, .2f},
// BetaVAE @result{beta_vae, .2f} (one seed, as all numbers here). By chance, the last two would be .25.
//
// | factor | entropy, nats | most information in one unit, nats |
// |---|--:|--:|
// | key | @result{entropy_key, .2f} | @result{information_key, .2f} |
// | contour | @result{entropy_contour, .2f} | @result{information_contour, .2f} |
// | rhythm | @result{entropy_rhythm, .2f} | @result{information_rhythm, .2f} |
// | repetition | @result{entropy_repetition, .2f} | @result{information_repetition, .2f} |
//
// The code says key and rhythm: without a step both survive in most melodies, and their vectors give the new value in most. Twice the
// vector gives it less often than 1½ times. Contour and repetition are rarely kept, and no step brings them: if the code says
// them, the decoder does not follow. The table of information finds next to none in any single unit. Both are about how whole bars
// relate to each other; rhythm shows in half a bar, and key in a few notes. Even the units that know a factor share it with
// others: MIG and SAP are near 0, though the groups of FactorVAE and BetaVAE are told apart better than by chance.
//
#include <string>

#include "models/evaluate/disentanglement.hpp"
#include "nn/rows.hpp"
#include "tutorials/13_sequences/shared.hpp"
#include "tutorials/support/arrays.hpp"
#include "tutorials/support/plot.hpp"

using namespace sequences;

namespace {

// The mean code of the melodies with a value of a factor.

Array mean_code(const Array& codes, const std::vector<Indices>& values, std::size_t factor,
                std::size_t value) {
    Indices rows;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (values[i][factor] == value) rows.push_back(i);
    return nn::evaluate([](Variable c) { return mean(c, {0}, true); }, nn::take(codes, rows));
}

Array shifted(const Array& codes, const Array& to, const Array& from, Real by) {
    return nn::evaluate([&](Variable c, Variable t, Variable f) { return c + by * (t - f); }, codes,
                        to, from);
}

// % of melodies that have the value when they are said.

double with_value(const std::vector<Indices>& said, std::size_t factor, std::size_t value) {
    double found = 0;
    for (const Indices& melody : said)
        found += !nn::notes_of(melody).empty() && nn::melody_values(melody)[factor] == value;
    return 100 * found / static_cast<double>(said.size());
}

void attributes(Session& session) {
    require_known_factors("attributes");
    const Data data = load_melodies(session);
    const SequenceVae vae = the_wide_vae(session, data);
    const Array codes = models::encode(vae, data.train.images);
    std::vector<Indices> values;
    for (const Indices& melody : nn::sequences_in(data.train.images))
        values.push_back(nn::melody_values(melody));
    const Array tests = models::encode(vae, data.test.images);
    const auto test_melodies = nn::sequences_in(data.test.images);
    const nn::Factors& factors = nn::melody_factors();

    // For each factor, its first two values: from the one to the other and half as far again.
    tutorials::Plot plot{
        {.x = "times the attribute vector", .y = "% with the new value", .y_range = {{0, 100}}}};
    for (std::size_t k = 0; k < factors.size(); ++k) {
        const Array from = mean_code(codes, values, k, 0), to = mean_code(codes, values, k, 1);
        Indices rows;
        for (std::size_t i = 0; i < test_melodies.size(); ++i)
            if (nn::melody_values(test_melodies[i])[k] == 0) rows.push_back(i);
        Numbers times, changed;
        for (const double by : {0.0, 0.5, 1.0, 1.5, 2.0}) {
            times.push_back(by);
            const auto said = say(vae.decoder, shifted(nn::take(tests, rows), to, from, Real(by)));
            changed.push_back(with_value(said, k, 1));
            if (by == 0) session.result("kept_" + factors[k].name, with_value(said, k, 0));
        }
        session.result("changed_" + factors[k].name, changed);
        plot.line(factors[k].name + ": " + nn::melody_value_name(k, 0) + " to " +
                      nn::melody_value_name(k, 1),
                  times, changed);
    }
    plot.save(session.file("attributes.png"));

    nn::Random random{session.flags.seed};
    const models::Code code = [&](const Indices& items) {
        nn::Random notes{session.flags.seed + 1};
        return models::encode(
            vae, nn::sequence_data("melodies", nn::draw_melodies(items, notes)).images);
    };
    const models::Disentanglement found =
        models::disentanglement(factors, code, random, session.flags.quick ? 300 : 5000,
                                {.group = 32,
                                 .train = session.flags.quick ? 20u : 300u,
                                 .test = session.flags.quick ? 20u : 200u});
    session.result("mig", found.mig);
    session.result("sap", found.sap);
    session.result("factor_vae", found.factor_vae);
    session.result("beta_vae", found.beta_vae);
    for (std::size_t k = 0; k < factors.size(); ++k) {
        double most = 0;
        for (const double each : found.mutual_information.information[k])
            most = std::max(most, each);
        session.result("information_" + factors[k].name, most);
        session.result("entropy_" + factors[k].name, found.mutual_information.entropy[k]);
    }
}

const tutorials::Experiment experiment{
    "attributes", "Attribute vectors and disentanglement of melodies", attributes};

}  // namespace
