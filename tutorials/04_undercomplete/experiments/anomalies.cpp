// The lesson's detector, ten times: each class in turn is the normal one. The nets have the same layers
// and see the 6000 training images of their class for 10 epochs. PCA with 32 numbers learns from the
// same images. Its number of components matters, so we also give PCA the number, out of seven, that is
// best on average over the ten classes *on the test images*: an advantage that the net does not get.

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "models/evaluate/roc.hpp"
#include "tutorials/04_undercomplete/shared.hpp"
#include "tutorials/support/measure.hpp"
#include "tutorials/support/numbers.hpp"
#include "tutorials/support/plot.hpp"

using autograd::Array;
using tutorials::Plot;
using tutorials::Session;

namespace {

void anomalies(Session& session) {
    const nn::TrainTest& data = session.load_data();
    const Array& test = data.test.images;
    const std::vector<std::size_t> ks{4, 8, 16, 32, 64, 128, 256};
    std::vector<std::vector<double>> of_pca(ks.size());
    std::vector<double> of_net;
    std::printf("area under the ROC curve\n     net    PCA\n");
    for (std::size_t label = 0; label < data.train.classes; ++label) {
        const auto area = [&](const std::vector<double>& scores) {
            const lesson::Scores found = lesson::divided(scores, data.test, label);
            return models::area_under_roc(found.normal, found.anomalous);
        };
        const nn::Dataset normal = lesson::only(data.train, label);
        const models::Pca pca = models::pca(normal.images, ks.back());
        for (std::size_t i = 0; i < ks.size(); ++i)
            of_pca[i].push_back(area(pca.first(ks[i]).squared_errors(test)));
        const auto net = lesson::detector(session, normal, "normal_" + std::to_string(label));
        of_net.push_back(area(lesson::squared_errors(test, tutorials::reconstruct(net, test))));
        std::printf("  %.4f  %.4f  %s\n", of_net.back(), of_pca[3].back(),
                    data.test.class_names[label].c_str());
    }
    std::size_t best = 0;
    for (std::size_t i = 0; i < ks.size(); ++i)
        if (tutorials::mean(of_pca[i]) > tutorials::mean(of_pca[best])) best = i;
    session.result("anomaly_auc_autoencoder", tutorials::mean(of_net));
    session.result("anomaly_auc_pca", tutorials::mean(of_pca[3]));
    session.result("anomaly_auc_pca_best", tutorials::mean(of_pca[best]));
    session.result("anomaly_pca_best_k", double(ks[best]));
    Plot({.x = "the normal class", .y = "area under the ROC curve", .y_range = {{0.5, 1.0}}})
        .bars("autoencoder, 32", data.test.class_names, of_net)
        .bars("PCA, 32", data.test.class_names, of_pca[3])
        .save(session.file("anomalies.png"));
}

}  // namespace

const tutorials::Experiment experiment{"anomalies", "Each class in turn as the normal one",
                                       anomalies};

// @figure{anomalies.png, Area under the ROC curve for each class as the normal one and all others as
// anomalies; chance is ½.}
//
// | score | area, mean over the ten classes |
// |---|---|
// | autoencoder, 32 numbers; seeds 1, 2, 3 | @result{anomaly_auc_autoencoder, .4f}, @result{seed_2/anomaly_auc_autoencoder, .4f}, @result{seed_3/anomaly_auc_autoencoder, .4f} |
// | PCA, 32 numbers | @result{anomaly_auc_pca, .4f} |
// | PCA with the best of seven numbers on the test images, which is @result{anomaly_pca_best_k, .0f} | @result{anomaly_auc_pca_best, .4f} |
