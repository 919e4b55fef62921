/** Plots with axes, units, legends and table twins; no style elements. */
import './plot.css';

export { barPlot, type Bar, type BarPlot } from './barPlot';
export { heatGrid, type HeatGrid } from './heatGrid';
export { placeNames } from './labels';
export { linePlot, type LinePlot, type LineSeries } from './linePlot';
export { scatterPlot, type ScatterPlot, type ScatterSeries } from './scatterPlot';
export { s as svg, seriesClass } from './svg';
export { labelWidth } from './ticks';
export { plotFigure, type PlotFigure } from './figure';
